import Config
import Testing

/// What a file says does not depend on the order in which it says it.
@Suite struct KeyOrderTests {
    private indirect enum Tree {
        case text(String)
        case list([Tree])
        case map([(String, Tree)])

        func written(_ random: inout SeededRandom) -> String {
            switch self {
            case .text(let text): text
            case .list(let items): "[" + items.map { $0.written(&random) }.joined(separator: ", ") + "]"
            case .map(let pairs):
                "{"
                    + pairs.shuffled(using: &random).map { "\($0): \($1.written(&random))" }.joined(separator: ", ")
                    + "}"
            }
        }
    }

    /// SplitMix64.
    private struct SeededRandom: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private static let tree = Tree.map([
        (
            "model_list",
            .list([
                .map([
                    ("model_name", .text("a")),
                    (
                        "litellm_params",
                        .map([
                            ("model", .text("ollama/x")), ("api_base", .text("http://h:1")), ("weight", .text("2")),
                            ("num_ctx", .text("4096")), ("timeout", .text("5")), ("seed", .text("1")),
                            ("extra_body", .map([("x_one", .text("1")), ("seed", .text("2"))])),
                            ("options", .map([("x_one", .text("3")), ("top_k", .text("2"))])),
                        ])
                    ), ("model_info", .map([("slots", .text("4")), ("routing_strategy", .text("peak-ewma"))])),
                ]),
                .map([
                    ("model_name", .text("b")),
                    ("litellm_params", .map([("model", .text("ollama/y")), ("cooldown_time", .text("3"))])),
                ]),
            ])
        ),
        (
            "router_settings",
            .map([
                ("fallbacks", .list([.map([("a", .list([.text("b")])), ("z", .list([.text("a")]))])])),
                ("retry_policy", .map([("DefaultRetries", .text("1")), ("TimeoutErrorRetries", .text("2"))])),
                ("num_retries", .text("4")), ("allowed_fails", .text("2")), ("routing_strategy", .text("least-busy")),
                (
                    "model_group_alias",
                    .map([("z", .text("a")), ("y", .map([("model", .text("b")), ("hidden", .text("on"))]))])
                ),
            ])
        ),
        (
            "litellm_settings",
            .map([("num_retries", .text("1")), ("request_timeout", .text("9")), ("drop_params", .text("on"))])
        ),
        ("general_settings", .map([("master_key", .text("os.environ/KEY"))])),
        ("environment_variables", .map([("KEY", .text("k")), ("OTHER", .text("o"))])),
        (
            "drover",
            .map([
                (
                    "instances",
                    .map([("n2", .text("http://i:1")), ("n1", .text("http://h:1/")), ("n3", .text("http://j:1"))])
                ),
                ("local", .map([("n2", .text("false")), ("http://j:1", .text("off"))])),
                ("local_only", .list([.text("y")])),
                ("overflow", .map([("when_wait_exceeds", .text("1s")), ("model", .text("b"))])),
                ("probe", .map([("rise", .text("1")), ("fall", .text("2"))])), ("expose_tags", .text("true")),
                ("breaker", .map([("max_open", .text("90s")), ("trip_after", .text("2"))])),
            ])
        ),
    ])

    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func `keys in any order give the same configuration`(seed: UInt64) {
        var first = SeededRandom(state: 0)
        var random = SeededRandom(state: seed)
        let expected = load(Self.tree.written(&first))
        let actual = load(Self.tree.written(&random))
        #expect(expected.faults.isEmpty)
        #expect(expected.configuration.instances.map(\.name) == ["n1", "localhost:11434", "n2", "n3"])
        #expect(expected.configuration.instances.map(\.isLocal) == [true, true, false, false])
        #expect(actual.configuration.routerSettings.fallbacks.targets(for: ["y", "a"]) == ["b"])
        #expect(unordered(actual.configuration) == unordered(expected.configuration))
        #expect(Set(actual.warnings.map(\.message)) == Set(expected.warnings.map(\.message)))
    }

    /// The rules of one mapping of fallbacks stand in file order, which says nothing.
    private func unordered(_ configuration: Configuration) -> Configuration {
        var configuration = configuration
        configuration.routerSettings.fallbacks.rules.sort { $0.model.value < $1.model.value }
        return configuration
    }
}
