import Dialects

/// Reads `drover:`, and weighs its breaker against LiteLLM's settings of the same thing.
struct DroverReader {
    var settings = Configuration.DroverSettings()
    /// `drover.instances`, sorted by name.
    var instances: [NamedInstance] = []
    /// The values that `drover.breaker` itself sets; a deployment's `cooldown_time` counts only without `open`.
    private(set) var open: Located<Duration>?
    /// Whether `drover.breaker.trip_after` is written, and so wins over LiteLLM's policy.
    private(set) var isTripSet = false
    /// By the instances' addresses and `drover.local`.
    var locality = Locality()

    let log: DiagnosticLog

    init(_ root: SectionReader, settings read: SettingsReader, log: DiagnosticLog) {
        self.log = log
        let section = SettingsReader.section("drover", KnownKeys.drover, root)
        if let section { readPlain(section) }
        readBreaker(section, read)
    }

    private mutating func readPlain(_ section: SectionReader) {
        instances = readInstances(section)
        readLocality(section)
        settings.discovery = readDiscovery(section)
        settings.placement = readPlacement(section)
        settings.keepAlive = readKeepAlive(section)
        let client: Located<KeepAlivePolicy.Client>? = section.choice("client_keep_alive", what: "rule")
        settings.clientKeepAlive = client?.value
        settings.localOnly = section.texts("local_only", what: "models")
        if !isOff("overflow", in: section) { settings.overflow = readOverflow(section) }
        settings.compareWith = section.text("compare_with")
        settings.priceMap = section.file("price_map")
        settings.store = BudgetReader(log: log).store(of: section) ?? settings.store
        settings.keepResponses =
            BudgetReader(log: log).responses(of: section, beside: settings.store) ?? settings.keepResponses
        if let probe = sub("probe", KnownKeys.probe, of: section) {
            if let value = probe.duration("interval") { settings.probe.interval = value.value }
            if let value = probe.duration("timeout") { settings.probe.timeout = value.value }
            if let value = probe.whole("fall", atLeast: 1) { settings.probe.fall = value.value }
            if let value = probe.whole("rise", atLeast: 1) { settings.probe.rise = value.value }
        }
        if isOff("retry_budget", in: section) {
            settings.retryBudget = nil
        } else if let budget = sub("retry_budget", KnownKeys.retryBudget, of: section) {
            if let value = budget.number("percent", atLeast: 0) { settings.retryBudget?.percent = value.value }
            if let value = budget.whole("minimum", atLeast: 0) { settings.retryBudget?.minimum = value.value }
        }
        if isOff("queue", in: section) {
            settings.queue.maxWaiting = 0
        } else if let queue = sub("queue", KnownKeys.queue, of: section) {
            if let value = queue.whole("max_waiting", atLeast: 0) { settings.queue.maxWaiting = value.value }
            if let value = queue.duration("max_wait") {
                settings.queue.maxWait = value.value
                settings.queue.isMaxWaitSet = true
            }
            if !isOff("objective", in: queue) { settings.queue.objective = queue.duration("objective")?.value }
        }
        if isOff("first_token", in: section) {
            settings.learnsFirstToken = false
        } else if let first = sub("first_token", KnownKeys.firstToken, of: section) {
            readFirstToken(first)
        }
        if !isOff("total_timeout", in: section) { settings.totalTimeout = section.duration("total_timeout")?.value }
        if let value = section.truth("expose_tags") { settings.exposeTags = value.value }
        let context: Located<ContextPolicy>? = section.choice("context", what: "policy")
        if let context { settings.context = context.value }
        if let value = section.truth("fetch_images") { settings.fetchesImages = value.value }
        settings.modelVariables = section.texts("model_variables", what: "variables")
        if let value = section.truth("export_prompts") { settings.exportsPrompts = value.value }
        readRepair(section)
        if isOff("decisions", in: section) {
            settings.decisions = 0
        } else if let value = section.whole("decisions", atLeast: 0) {
            settings.decisions = min(value.value, Configuration.mostDecisions)
        }
        if let value = section.truth("public_metrics") { settings.publicMetrics = value.value }
        if let limits = sub("limits", KnownKeys.limits, of: section) { readLimits(limits) }
        if let value = section.duration("shutdown_delay", mayBeZero: true) { settings.shutdownDelay = value.value }
        if let value = section.truth("reuse_port") { settings.reusesPort = value.value }
        if let value = section.duration("shutdown_grace", mayBeZero: true) { settings.shutdownGrace = value.value }
    }

    private mutating func readRepair(_ section: SectionReader) {
        if isOff("repair_tool_calls", in: section) {
            settings.toolCallRepair = .off
        } else if let word: Located<ToolCallRepair> = section.choice("repair_tool_calls", what: "repair") {
            settings.toolCallRepair = word.value
        }
    }

    private mutating func readLimits(_ limits: SectionReader) {
        if let value = limits.size("max_body") { settings.limits.maxBody = value.value }
        if let value = limits.size("max_header") { settings.limits.maxHeader = value.value }
        if let value = limits.duration("header_timeout") { settings.limits.headerTimeout = value.value }
        if let value = limits.duration("body_timeout") { settings.limits.bodyTimeout = value.value }
        if let value = limits.duration("idle_timeout") { settings.limits.idleTimeout = value.value }
        if isOff("min_client_rate", in: limits) {
            settings.limits.minClientRate = 0
        } else if let value = limits.size("min_client_rate") {
            settings.limits.minClientRate = value.value
        }
        if isOff("memory", in: limits) {
            settings.limits.memory = .off
        } else if let value = limits.size("memory") {
            settings.limits.memory = .bytes(value.value)
        }
        if let value = limits.whole("max_connections", atLeast: 1) { settings.limits.maxConnections = value.value }
    }

    private mutating func readFirstToken(_ section: SectionReader) {
        if let value = section.truth("canary") { settings.usesCanaries = value.value }
        guard let node = section.entry("deadline")?.value else { return }
        if case .scalar(let scalar) = node.content, scalar.text == "auto" { return }
        settings.learnsFirstToken = false
        if !node.isOff { settings.firstTokenDeadline = section.duration("deadline")?.value }
    }

    private mutating func readBreaker(_ drover: SectionReader?, _ read: SettingsReader) {
        var trip: Located<Int>?
        var maxOpen: Located<Duration>?
        if let drover, isOff("breaker", in: drover) {
            settings.breaker.enabled = false
        } else if let breaker = drover.flatMap({ sub("breaker", KnownKeys.breaker, of: $0) }) {
            trip = breaker.whole("trip_after", atLeast: 1)
            open = breaker.duration("open")
            maxOpen = breaker.duration("max_open")
            if let disabled = read.disableCooldowns, disabled.value {
                log.warning(breaker.mark, breaker.path, "\(disabled.path) is true, so no breaker ever opens")
            }
        }
        if read.router.disableCooldowns { settings.breaker.enabled = false }
        overruled(read.allowedFails, by: trip)
        overruled(read.allowedFailsPolicy, by: trip)
        isTripSet = trip != nil
        overruled(read.cooldownTime, by: open)
        if let count = trip?.value ?? read.allowedFails.map({ $0.value + 1 }) { settings.breaker.tripAfter = count }
        if let time = open?.value ?? read.cooldownTime?.value { settings.breaker.open = time }
        if let maxOpen {
            if let open, maxOpen.value < open.value {
                log.fault(maxOpen.mark, maxOpen.path, "must not be less than \(open.path)")
            }
            settings.breaker.maxOpen = maxOpen.value
        }
        settings.breaker.maxOpen = max(settings.breaker.maxOpen, settings.breaker.open)
    }

    private func overruled<T>(_ litellm: Located<T>?, by ours: Located<some Any>?) {
        guard let litellm, let ours else { return }
        log.warning(litellm.mark, litellm.path, "\(ours.path) is set too and wins")
    }

    /// The breaker of one deployment, given its own `cooldown_time`.
    func breaker(cooldownTime: Located<Duration>?) -> Configuration.Breaker? {
        overruled(cooldownTime, by: open)
        guard settings.breaker.enabled else { return nil }
        let time = open == nil ? cooldownTime?.value ?? settings.breaker.open : settings.breaker.open
        return Configuration.Breaker(
            tripAfter: settings.breaker.tripAfter, open: time, maxOpen: max(time, settings.breaker.maxOpen))
    }

    private func readInstances(_ section: SectionReader) -> [NamedInstance] {
        guard let node = section.entry("instances")?.value else { return [] }
        let path = section.path("instances")
        guard case .mapping(let entries) = node.content else {
            if node.firstUnresolved == nil {
                log.fault(node.mark, path, "expects a mapping of names to base URLs, found \(node.shown)")
            }
            return []
        }
        var found: [NamedInstance] = []
        for entry in entries {
            let place = "\(path).\(entry.key)"
            guard let (scalar, node, memory) = readInstance(entry.value, place) else { continue }
            guard !entry.key.isEmpty, entry.key.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x2F }) else {
                log.fault(entry.keyMark, place, "a name is of letters, digits and signs, without blank or slash")
                continue
            }
            do {
                let base = Located(try BaseURL(scalar), mark: node.mark, path: place)
                if let other = found.first(where: { $0.base == base }) {
                    log.fault(node.mark, place, "is the same instance as \(path).\(other.name)")
                } else {
                    found.append(NamedInstance(name: entry.key, base: base, memory: memory))
                }
            } catch {
                log.fault(node.mark, place, node.sentence(for: error))
            }
        }
        return found.sorted { $0.name < $1.name }
    }

    /// A base URL alone, or a mapping with more that is known of the instance.
    private func readInstance(
        _ node: ConfigNode, _ place: String
    ) -> (text: String, node: ConfigNode, memory: Located<Int>?)? {
        if case .scalar(let scalar) = node.content { return (scalar.text, node, nil) }
        guard node.firstUnresolved == nil else { return nil }
        guard case .mapping = node.content,
            let section = SectionReader(node, path: place, table: KnownKeys.namedInstance, log: log)
        else {
            log.fault(node.mark, place, "expects a base URL, found \(node.shown)")
            return nil
        }
        guard let url = section.entry("url")?.value, case .scalar(let scalar) = url.content else {
            log.fault(node.mark, place, "needs a url, the instance's base URL")
            return nil
        }
        return (scalar.text, url, section.size("memory"))
    }

    func isOff(_ key: String, in section: SectionReader) -> Bool { section.entry(key)?.value.isOff == true }

    func sub(_ key: String, _ table: KnownSection, of section: SectionReader) -> SectionReader? {
        section.entry(key).flatMap {
            SectionReader($0.value, path: section.path(key), table: table, log: log)
        }
    }
}
