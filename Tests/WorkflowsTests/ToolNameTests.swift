import Testing
import Workflows

@Test(arguments: [
    ("quay.io/biocontainers/samtools:1.17--h00cdaf9_0", "samtools"), ("docker://ubuntu", "ubuntu"),
    ("registry:5000/org/star@sha256:abcd", "star"), ("quay.io-biocontainers-samtools-1.17--h00cdaf9_0.img", "samtools"),
    ("/cache/depot.galaxyproject.org-singularity-bwa-mem2-2.2.1--hd03093a_2.sif", "bwa-mem2"),
    ("/scratch/systemsgenetics-kinc-3.4.2-cpu.img", "systemsgenetics-kinc"), ("kinc:3.4.2-gpu", "kinc"),
    ("quay.io/biocontainers/mulled-v2-1fa26d1ce03c:66ed1b3", "mulled-v2-1fa26d1ce03c"), ("", nil), ("-", nil),
    ("org/:latest", nil), ("a b", nil),
])
func theToolOfAnImageHasNoVersion(image: String, tool: String?) {
    #expect(ToolName.ofImage(image) == tool)
}

@Test(arguments: [
    ("[kinc/v3.4.2]", "kinc"), ("star/2.7:samtools/1.9", "star"), ("[hemelb/D3Q19-p100, x]", "hemelb"), ("[]", nil),
    ("", nil),
])
func theToolOfModulesIsTheFirst(modules: String, tool: String?) {
    #expect(ToolName.ofModules(modules) == tool)
}

@Test(arguments: [
    ("blastall", "blastall"), ("/usr/bin/STAR", "star"), ("samtools \\\n    index \\\n    -@ 0 x.bam", "samtools"),
    ("mkdir out\nbowtie2-build --threads 2 x", "bowtie2-build"), ("# convert\n  mtx_to_h5ad.py a b", "mtx_to_h5ad.py"),
    ("INDEX=`find -L ./ -name x`\nbwa mem $INDEX", "bwa"), ("args = task.ext.args ?: ''\nsra-tools x", "sra-tools"),
    ("set -e\nexport A=1\npython3 -u run.py --x", "run.py"), ("[ ! -f x ] && ln -s y x\nfastqc x", "fastqc"),
    ("Rscript -e 1", nil), ("-", nil), ("", nil), ("echo a > b", nil), ("X=1 y", nil),
])
func theToolOfAScriptIsItsFirstProgram(script: String, tool: String?) {
    #expect(ToolName.ofCommand(script) == tool)
}
