import Testing

@testable import Config

@Suite struct CallbackTests {
    private static let keys = [
        "LANGFUSE_PUBLIC_KEY": "pk-1", "LANGFUSE_SECRET_KEY": "sk-2", "SLACK_WEBHOOK_URL": "https://hooks/a?b=c",
        "WEBHOOK_URL": "http://ops:8080/alerts",
    ]

    private func load(_ rest: String, _ environment: [String: String] = keys) -> Loaded {
        Loader.load(text: withModel(rest), name: "c.yaml", environment: environment)
    }

    private func warnings(_ loaded: Loaded) -> [String] {
        #expect(loaded.faults.isEmpty)
        return loaded.warnings.map { "\($0)".replacing("c.yaml:", with: "") }
    }

    @Test func `each callback that is named is on, with its keys`() throws {
        let loaded = load(
            "litellm_settings: {success_callback: [langfuse, prometheus], failure_callback: [langfuse]}\n"
                + "general_settings: {alerting: [slack, webhook]}")
        #expect(warnings(loaded) == [])
        let exports = loaded.configuration.exports
        let langfuse = try #require(exports.langfuse)
        #expect(langfuse.host.description == "https://cloud.langfuse.com")
        #expect((langfuse.publicKey.reveal(), langfuse.secretKey.reveal()) == ("pk-1", "sk-2"))
        #expect(langfuse.occasions == [.success, .failure])
        #expect(exports.alerts.map(\.kind) == [.slack, .webhook])
        #expect(exports.alerts.map { $0.url.reveal() } == ["https://hooks/a?b=c", "http://ops:8080/alerts"])
        #expect(exports.traces == nil)
    }

    @Test func `a name alone is a list of one, and callbacks are for every end`() {
        #expect(
            load("litellm_settings: {success_callback: langfuse}").configuration.exports.langfuse?.occasions == .success
        )
        let both = load("litellm_settings: {callbacks: [langfuse, slack]}").configuration.exports
        #expect(both.langfuse?.occasions == [.success, .failure])
        #expect(both.alerts.map(\.kind) == [.slack])
    }

    @Test func `keys may stand in environment_variables, and the host in either name`() {
        let loaded = load(
            "environment_variables: {LANGFUSE_PUBLIC_KEY: a, LANGFUSE_SECRET_KEY: b, LANGFUSE_BASE_URL: 'http://lf:3000/'}\n"
                + "litellm_settings: {success_callback: [langfuse]}", [:])
        #expect(loaded.configuration.exports.langfuse?.host.description == "http://lf:3000")
    }

    @Test func `what cannot work is a warning with its line, and off`() {
        let loaded = load(
            "litellm_settings:\n  success_callback: [langfuse, langfuze, s3, {a: b}]\n  callbacks: 7\n"
                + "general_settings: {alerting: [slack]}",
            ["LANGFUSE_PUBLIC_KEY": "pk", "SLACK_WEBHOOK_URL": "nonsense"])
        let known = "langfuse, otel, prometheus, slack, webhook"
        #expect(
            warnings(loaded) == [
                "3:22: litellm_settings.success_callback[0]: LANGFUSE_SECRET_KEY is not set, so nothing is sent to Langfuse",
                "3:32: litellm_settings.success_callback[1]: no callback named \"langfuze\", so it is left out; did you mean \"langfuse\"?",
                "3:42: litellm_settings.success_callback[2]: s3 is not part of Drover, and is left out; \(known) are, and traces over OTLP reach most others",
                "3:46: litellm_settings.success_callback[3]: expects the name of a callback, found a mapping; it is left out",
                "4:14: litellm_settings.callbacks: no callback named \"7\", so it is left out; there are \(known)",
                "5:31: general_settings.alerting[0]: SLACK_WEBHOOK_URL is no URL, so no alerts go to slack",
            ])
        #expect(loaded.configuration.exports == Configuration.Exports())
    }

    @Test func `an unset key is among the variables that are unset`() {
        let loaded = load("litellm_settings: {success_callback: [langfuse]}", [:])
        #expect(loaded.unsetVariables.count == 1)
    }

    @Test func `traces go by OpenTelemetry's variables`() throws {
        let otel = "litellm_settings: {callbacks: [otel]}"
        let usual = try #require(load(otel, [:]).configuration.exports.traces)
        #expect(usual.endpoint.description == "http://localhost:4318/v1/traces")
        #expect(usual.service == "drover")
        #expect(usual.sampler == Configuration.Sampler(share: 1, followsParent: true))
        let told = try #require(
            load(
                "",
                [
                    "OTEL_EXPORTER_OTLP_ENDPOINT": "https://otel.example/base/",
                    "OTEL_EXPORTER_OTLP_HEADERS": "api-key=a%20b, x = y=z",
                    "OTEL_SERVICE_NAME": "herd", "OTEL_RESOURCE_ATTRIBUTES": "service.name=no,zone=a",
                    "OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.25",
                ]
            ).configuration.exports.traces)
        #expect(told.endpoint.description == "https://otel.example/base/v1/traces")
        #expect(told.headers.map(\.name) == ["api-key", "x"])
        #expect(told.headers.map { $0.value.reveal() } == ["a b", "y=z"])
        #expect(told.service == "herd")
        #expect(told.attributes.map(\.name) == ["service.name", "zone"])
        #expect(told.sampler == Configuration.Sampler(share: 0.25, followsParent: false))
        let own = load(
            otel, ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://t:1/x", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://o:2"])
        #expect(own.configuration.exports.traces?.endpoint.description == "http://t:1/x")
    }

    @Test(arguments: [["OTEL_SDK_DISABLED": "true"], ["OTEL_TRACES_EXPORTER": "none"]])
    func `OpenTelemetry's own switches turn traces off`(environment: [String: String]) {
        #expect(load("litellm_settings: {callbacks: [otel]}", environment).configuration.exports.traces == nil)
    }

    @Test func `variables of traces that cannot be meant are warnings`() {
        let loaded = load(
            "litellm_settings: {callbacks: [otel]}",
            [
                "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_HEADERS": "justakey",
                "OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "7",
            ])
        let place = "2:32: litellm_settings.callbacks[0]: "
        #expect(
            warnings(loaded) == [
                place
                    + "OTEL_EXPORTER_OTLP_PROTOCOL is grpc, and traces are sent over HTTP; the collector's port for that is 4318",
                place
                    + "OTEL_EXPORTER_OTLP_HEADERS expects name=value,name=value; a part of it is none, and is left out",
                place + "OTEL_TRACES_SAMPLER_ARG is a share from 0 to 1, not \"7\"; all traces are kept",
            ])
        #expect(loaded.configuration.exports.traces?.sampler == Configuration.Sampler(share: 1, followsParent: true))
        let broken = load("litellm_settings: {callbacks: [otel]}", ["OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4317"])
        #expect(broken.configuration.exports.traces == nil)
        #expect(warnings(broken).count == 1)
    }
}
