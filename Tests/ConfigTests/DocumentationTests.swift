import Balancer
import Dialects
import FoundationEssentials
import Ledger
import Testing

@testable import Config

@Suite struct DocumentationTests {
    /// The text of a section of `docs/CONFIGURATION.md`, up to the next heading.
    private func section(_ name: String) throws -> String {
        let text = try contents(of: "docs/CONFIGURATION.md")
        let title = name.isEmpty ? "## Top level\n" : "# `\(name)`\n"
        let start = try #require(text.firstRange(of: title), "no section \(name)")
        let rest = text[start.upperBound...]
        return String(rest[..<(rest.firstRange(of: "\n#")?.lowerBound ?? rest.endIndex)])
    }

    @Test func `every known key stands in its section`() throws {
        for known in KnownKeys.sections {
            let text = try section(known.name)
            for key in known.keys { #expect(text.contains("`\(key.name)`"), "\(known.name).\(key.name)") }
        }
        let parameters = try section("model_list.litellm_params")
        for option in KnownKeys.modelOptions.keys { #expect(parameters.contains("`\(option)`"), "\(option)") }
    }

    @Test func `every key that is acted on has a row, and the others none of their own`() throws {
        for known in KnownKeys.sections {
            let text = try section(known.name)
            for key in known.keys {
                let hasRow = text.contains("\n| `\(key.name)` | ") && row(key.name, text).count == 4
                if case .acted = key.use { #expect(hasRow, "\(known.name).\(key.name)") }
                if case .ignored(let note) = key.use {
                    #expect(!hasRow, "\(known.name).\(key.name)")
                    #expect(text.contains(note ?? "not part of Drover"), "\(known.name).\(key.name)")
                }
            }
        }
    }

    @Test(arguments: Providers.all.map(\.name))
    func `every provider has a row, with its base and its variables`(name: String) throws {
        let profile = try #require(Providers.named(name))
        let text = try contents(of: "docs/CONFIGURATION.md")
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("| `\(name)/` | ") })
        for word in profile.baseVariables + profile.keyVariables + [profile.base].compactMap(\.self) {
            #expect(line.contains("`\(word)`"), "\(word)")
        }
        #expect(line.contains(", needed |") == profile.needsKey)
    }

    @Test func `every strategy stands in the configuration's list and the README's table`() throws {
        let row = try #require(
            try section("router_settings").split(separator: "\n").first { $0.hasPrefix("| `routing_strategy` | ") })
        let readme = try contents(of: "README.md")
        for strategy in Strategies.all {
            for spelling in [strategy.name] + strategy.aliases { #expect(row.contains("`\(spelling)`"), "\(spelling)") }
            #expect(readme.contains("\n| `\(strategy.name)` | "), "\(strategy.name)")
        }
    }

    @Test func `every test and script that the claims of SECURITY name is there`() throws {
        let parts = try contents(of: "docs/SECURITY.md").split(separator: "`")
        let names = Set(stride(from: 1, to: parts.count, by: 2).map { String(parts[$0]) })
        let tests = try FileManager.default.subpathsOfDirectory(atPath: repository.appending(path: "Tests").path)
        let known = Set(tests.compactMap { $0.split(separator: "/").last.map(String.init) })
        for name in names where name.hasSuffix("Tests") {
            #expect(known.contains(name) || known.contains(name + ".swift"), "\(name)")
        }
        for name in names where name.hasPrefix("scripts/") || name.hasPrefix("configs/") {
            #expect(FileManager.default.fileExists(atPath: repository.appending(path: name).path), "\(name)")
        }
        #expect(names.count { $0.hasSuffix("Tests") } > 30)
    }

    @Test func `the defaults are those of the code`() throws {
        let defaults = Configuration()
        let (router, drover) = (defaults.routerSettings, defaults.drover)
        let budget = try #require(drover.retryBudget)
        let rows: [(String, String, String)] = [
            ("router_settings", "routing_strategy", "`\(router.routingStrategy.rawValue)`"),
            ("router_settings", "num_retries", "\(router.numRetries)"),
            ("router_settings", "timeout", "\(router.timeout.components.seconds)"),
            ("router_settings", "retry_after", "\(router.retryAfter.components.seconds)"),
            ("router_settings", "max_fallbacks", "\(router.maxFallbacks)"),
            ("router_settings", "enable_pre_call_checks", "\(router.enablePreCallChecks)"),
            ("router_settings", "enable_tag_filtering", "\(router.enableTagFiltering)"),
            ("router_settings", "tag_filtering_match_any", "\(router.tagFilteringMatchAny)"),
            ("router_settings", "disable_cooldowns", "\(router.disableCooldowns)"),
            ("litellm_settings", "drop_params", "\(defaults.litellmSettings.dropParams)"),
            ("litellm_settings", "set_verbose", "\(defaults.litellmSettings.setVerbose)"),
            ("drover", "expose_tags", "\(drover.exposeTags)"),
            ("drover", "export_prompts", "\(drover.exportsPrompts)"),
            ("drover", "fetch_images", "\(drover.fetchesImages)"),
            ("drover", "keep_responses", "`\(drover.keepResponses.rawValue)`"),
            ("drover", "repair_tool_calls", "`\(drover.toolCallRepair.rawValue)`"),
            ("drover", "context", "`\(drover.context.rawValue)`"),
            ("drover", "public_metrics", "\(drover.publicMetrics)"),
            ("drover", "shutdown_delay", "\(drover.shutdownDelay.components.seconds)s"),
            ("drover", "reuse_port", "\(drover.reusesPort)"),
            ("drover", "shutdown_grace", "\(drover.shutdownGrace.components.seconds)s"),
            ("drover.probe", "interval", "\(drover.probe.interval.components.seconds)s"),
            ("drover.probe", "timeout", "\(drover.probe.timeout.components.seconds)s"),
            ("drover.probe", "fall", "\(drover.probe.fall)"),
            ("drover.probe", "rise", "\(drover.probe.rise)"),
            ("drover.breaker", "trip_after", "\(drover.breaker.tripAfter)"),
            ("drover.breaker", "open", "\(drover.breaker.open.components.seconds)s"),
            (
                "drover.breaker", "max_open",
                "\(drover.breaker.maxOpen.components.seconds)s, or `open` if that is longer"
            ),
            ("drover.retry_budget", "percent", "\(Int(budget.percent))"),
            ("drover.retry_budget", "minimum", "\(budget.minimum)"),
            ("drover.queue", "max_waiting", "\(drover.queue.maxWaiting)"),
            ("drover.queue", "max_wait", "\(drover.queue.maxWait.components.seconds)s"),
            ("drover.limits", "max_body", "\(drover.limits.maxBody >> 20)MiB"),
            ("drover.limits", "max_header", "\(drover.limits.maxHeader >> 10)KiB"),
            ("drover.limits", "header_timeout", "\(drover.limits.headerTimeout.components.seconds)s"),
            ("drover.limits", "body_timeout", "\(drover.limits.bodyTimeout.components.seconds)s"),
            ("drover.limits", "idle_timeout", "\(drover.limits.idleTimeout.components.seconds)s"),
            ("drover.limits", "min_client_rate", "\(drover.limits.minClientRate)B"),
        ]
        #expect(
            row("api_version", try section("model_list.litellm_params"))[2].contains(
                "`\(try #require(Providers.named("azure")?.defaultVersion))`"))
        for (name, key, value) in rows {
            let cells = row(key, try section(name))
            #expect(cells.count == 4 && cells[2] == value, "\(name).\(key): \(cells)")
        }
    }

    /// The cells of a key's row.
    private func row(_ key: String, _ text: String) -> [String] {
        for line in text.split(separator: "\n") where line.hasPrefix("| `\(key)` | ") {
            return line.dropFirst(2).dropLast(2).split(separator: " | ", omittingEmptySubsequences: false).map(
                String.init)
        }
        return []
    }
}
