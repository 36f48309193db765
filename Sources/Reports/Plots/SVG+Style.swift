extension SVG {
    /// Colours by name, for a light and a dark ground; the first ones are told apart by those who see few colours.
    static let palette = """
        :root { color-scheme: light dark; --ground: #ffffff; --ink: #1b1f24; --soft: #59636e; --line: #d9dee3;
          --panel: #f5f7f9; --ours: #0072b2; --other: #7a828b; --third: #d55e00; --fourth: #009e73;
          --fifth: #cc79a7; --sixth: #b8860b; --seventh: #6a51a3; --onbar: #ffffff; }
        @media (prefers-color-scheme: dark) { :root { --ground: #14171a; --ink: #e8eaed; --soft: #a2abb5; --line: #343b42;
          --panel: #1d2125; --ours: #56b4e9; --other: #8d96a0; --third: #e69f00; --fourth: #2fc79b;
          --fifth: #d996bb; --sixth: #d4c24a; --seventh: #b79ef0; --onbar: #14171a; } }
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
        .series { fill: none; stroke-width: 2; } .band { opacity: 0.15; }
        .series0 { stroke: var(--ours); } .series1 { stroke: var(--third); } .series2 { stroke: var(--fourth); }
        .series3 { stroke: var(--fifth); }
        .fill-series0 { fill: var(--ours); } .fill-series1 { fill: var(--third); } .fill-series2 { fill: var(--fourth); }
        .fill-series3 { fill: var(--fifth); }
        .bar0 { fill: var(--ours); } .bar1 { fill: var(--third); } .bar2 { fill: var(--fourth); } .bar3 { fill: var(--fifth); }
        .bar4 { fill: var(--sixth); } .bar5 { fill: var(--seventh); } .bar6 { fill: var(--other); }
        .ground { fill: var(--ground); } .heat0 { fill: var(--line); } .heat1, .heat2, .heat3, .heat4 { fill: var(--third); }
        .heat1 { fill-opacity: 0.3; } .heat2 { fill-opacity: 0.5; } .heat3 { fill-opacity: 0.8; }
        svg .inbox { font-size: 10px; }
        .edge { fill: none; stroke: var(--soft); stroke-opacity: 0.35; } .edge.on { stroke: var(--ink); stroke-opacity: 1; }
        .many1 { stroke-width: 1.6; } .many2 { stroke-width: 2.4; } .many3 { stroke-width: 3.2; } .edge.on { stroke-width: 1.6; }
        .transfer { opacity: 0.35; } .chain { stroke: var(--ink); stroke-width: 1.5; }
        svg .onbar { fill: var(--onbar); font-size: 10px; } .full { fill: var(--ours); }
        .level1 { opacity: 0.12; } .level2 { opacity: 0.22; } .level3 { opacity: 0.34; } .level4 { opacity: 0.46; }
        .level5 { opacity: 0.58; } .level6 { opacity: 0.7; } .level7 { opacity: 0.85; }
        """

    /// The whole drawing as a file of its own, described in words for those who do not see it.
    func document(describedAs description: String) -> String {
        text(describedAs: description, style: "\(Self.palette)\nsvg { background: var(--ground); }\n\(Self.style)\n")
            + "\n"
    }
}
