extension SVG {
    /// Colours by name, for a light and a dark ground; the first ones are told apart by those who see few colours.
    static let palette = """
        :root { color-scheme: light dark; --ground: #ffffff; --ink: #1b1f24; --soft: #59636e; --line: #d9dee3;
          --panel: #f5f7f9; --ours: #0072b2; --other: #7a828b; --third: #d55e00; --fourth: #009e73; }
        @media (prefers-color-scheme: dark) { :root { --ground: #14171a; --ink: #e8eaed; --soft: #a2abb5; --line: #343b42;
          --panel: #1d2125; --ours: #56b4e9; --other: #8d96a0; --third: #e69f00; --fourth: #2fc79b; } }
        """

    /// How the classes of drawings look.
    static let style = """
        svg text { font: 12px system-ui, sans-serif; fill: var(--ink); }
        svg .strong { font-weight: 600; }
        .grid { stroke: var(--line); stroke-width: 1; }
        .diagonal { stroke: var(--soft); stroke-dasharray: 4 4; }
        .whisker { stroke-width: 2.5; }
        .ours { stroke: var(--ours); } .other { stroke: var(--other); }
        .fill-ours { fill: var(--ours); } .fill-other { fill: var(--other); }
        .mark { stroke: var(--ink); stroke-width: 2; }
        .dots { stroke: var(--ours); stroke-width: 4; stroke-linecap: round; opacity: 0.35; fill: none; }
        .series { fill: none; stroke-width: 2; }
        .series0 { stroke: var(--ours); } .series1 { stroke: var(--third); } .series2 { stroke: var(--fourth); }
        .fill-series0 { fill: var(--ours); } .fill-series1 { fill: var(--third); } .fill-series2 { fill: var(--fourth); }
        """

    /// The whole drawing as a file of its own, described in words for those who do not see it.
    func document(describedAs description: String) -> String {
        text(describedAs: description, style: "\(Self.palette)\nsvg { background: var(--ground); }\n\(Self.style)\n")
            + "\n"
    }
}
