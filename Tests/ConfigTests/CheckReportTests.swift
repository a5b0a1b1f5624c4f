import Config
import Testing

@Suite struct CheckReportTests {
    private let broken = load(
        """
        model_list:
          - {model_name: m, litellm_params: {model: ollama/x, rpm: many}}
        router_settings: {routing_stategy: least-busy}
        """)

    @Test func `prints faults, then warnings, then what it comes to`() {
        let report = CheckReport(file: "c.yaml", loaded: broken)
        #expect(report.exitStatus == 1)
        #expect(
            report.render() == """
                c.yaml:2:60: model_list[0].litellm_params.rpm: expects a number, found "many"
                c.yaml:3:19: warning: router_settings.routing_stategy: unknown key; did you mean "routing_strategy"?
                c.yaml: 1 fault, 1 warning

                """)
    }

    @Test func `a file with faults without end has a report with one`() {
        let keys = (0..<5000).map { "modle_list\($0): 1" }.joined(separator: "\n")
        let report = CheckReport(
            file: "c.yaml", loaded: load(keys + "\nmodel_list: '\(String(repeating: "x", count: 9000))'"))
        let lines = report.render().split(separator: "\n")
        #expect(lines.count == CheckReport.mostLines + 3)
        #expect(lines.contains("and 4800 warnings more"))
        #expect(lines.last == "c.yaml: 1 fault, 5000 warnings")
        #expect(lines.allSatisfy { $0.utf8.count < 2200 })
    }

    @Test func `a good file is one line`() {
        let report = CheckReport(file: "c.yaml", loaded: load(Article.pool))
        #expect(report.exitStatus == 0)
        #expect(report.render() == "c.yaml: no faults, no warnings; 1 model, 3 deployments on 3 instances\n")
    }

    @Test func `what stands outside is named`() {
        let report = CheckReport(
            file: "c.yaml",
            loaded: load(
                """
                model_list:
                  - {model_name: a, litellm_params: {model: ollama/a, api_base: 'http://box:11434'}}
                  - {model_name: b, litellm_params: {model: openai/b, api_base: 'https://x.example.com', api_key: k}}
                """))
        #expect(report.render().hasSuffix("2 deployments on 2 instances, of which outside: x.example.com:443\n"))
    }

    @Test func `further findings count`() {
        let down = Diagnostic(mark: nil, path: "gpu-1", message: "does not answer")
        let faulty = CheckReport(file: "c.yaml", loaded: load(Article.verbose), moreFaults: [down])
        #expect(faulty.exitStatus == 1)
        #expect(faulty.render() == "gpu-1: does not answer\nc.yaml: 1 fault, no warnings\n")
        let warned = CheckReport(file: "c.yaml", loaded: load(Article.verbose), moreWarnings: [down])
        #expect(warned.exitStatus == 0)
        #expect(
            warned.render()
                == "warning: gpu-1: does not answer\nc.yaml: no faults, 1 warning; 1 model, 1 deployment on 1 instance\n"
        )
    }

    @Test func `unset variables are faults when it is live`() {
        let loaded = load("litellm_settings: {cache: true}\ngeneral_settings: {master_key: os.environ/KEY}")
        let report = CheckReport(file: "c.yaml", loaded: loaded, live: true)
        #expect(report.exitStatus == 1)
        #expect(report.faults.map(\.path) == ["general_settings.master_key"])
        #expect(report.warnings.map(\.path) == ["model_list", "litellm_settings.cache"])
        #expect(CheckReport(file: "c.yaml", loaded: loaded).exitStatus == 0)
    }

    @Test func `colours go around whole lines`() {
        let lines = CheckReport(file: "c.yaml", loaded: broken).render(colors: true).split(separator: "\n")
        #expect(lines[0].hasPrefix("\u{1B}[31mc.yaml:2:60") && lines[0].hasSuffix("\u{1B}[0m"))
        #expect(lines[1].hasPrefix("\u{1B}[33mc.yaml:3:19") && lines[1].hasSuffix("\u{1B}[0m"))
    }

    @Test func `warns of localhost in a container, once per instance`() {
        let configuration = load(Article.local).configuration
        #expect(containerWarnings(configuration, insideContainer: false).isEmpty)
        #expect(
            containerWarnings(configuration, insideContainer: true).map(\.description) == [
                "c.yaml:5:17: model_list[0].litellm_params.api_base: localhost is this container itself; "
                    + "write the service's name, or host.docker.internal for the machine around it"
            ])
        #expect(containerWarnings(load(Article.pool).configuration, insideContainer: true).isEmpty)
        let bare = load("model_list: [{model_name: m, litellm_params: {model: ollama/x}}]").configuration
        #expect(containerWarnings(bare, insideContainer: true).map(\.mark?.column) == [54])
        let none = Loader.withoutFile(environment: [:]).configuration
        #expect(containerWarnings(none, insideContainer: true).map(\.path) == ["drover.expose_tags"])
    }
}
