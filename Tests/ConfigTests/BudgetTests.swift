import Config
import Ledger
import Testing

@Suite struct BudgetTests {
    private func read(_ yaml: String) -> Loaded { load(withModel(yaml)) }

    @Test func `the store is a file beside the configuration until another is named`() {
        let inFolder = Loader.load(text: "model_list: []", name: "etc/drover.yaml", environment: [:])
        #expect(inFolder.configuration.drover.store == .automatic("etc/drover.db"))
        let named = Loader.load(
            text: "drover: {store: 'sqlite:data/keys.db'}", name: "etc/drover.yaml", environment: [:])
        #expect(named.configuration.drover.store == .sqlite("etc/data/keys.db"))
        #expect(read("drover: {store: 'sqlite:/var/lib/d.db'}").configuration.drover.store == .sqlite("/var/lib/d.db"))
        #expect(read("drover: {store: 'sqlite:///var/d.db'}").configuration.drover.store == .sqlite("/var/d.db"))
        for off in ["off", "false", "'off'"] {
            #expect(read("drover: {store: \(off)}").configuration.drover.store == .off)
        }
    }

    @Test(arguments: ["postgres://u:p@h:5433/db", "postgresql:///db?host=/run"])
    func `the store may be a PostgreSQL database`(address: String) {
        let loaded = read("drover: {store: '\(address)'}")
        #expect(loaded.faults.isEmpty && loaded.warnings.isEmpty, "\(loaded.faults) \(loaded.warnings)")
        #expect(loaded.configuration.drover.store == .postgresql(Secret(address)))
        let theirs = read("general_settings: {database_url: '\(address)'}")
        #expect(theirs.faults.isEmpty && theirs.warnings.isEmpty, "\(theirs.faults) \(theirs.warnings)")
        #expect(theirs.configuration.generalSettings.databaseURL?.value == Secret(address))
        #expect(theirs.configuration.drover.store == read("").configuration.drover.store)
    }

    @Test(arguments: [
        ("'sqlite:a.db'", ResponseKeeping.store), ("'postgres://u:p@h/db'", .store), ("off", .memory),
    ])
    func `responses are kept in whatever store there is`(store: String, kept: ResponseKeeping) {
        let loaded = read("drover: {store: \(store), keep_responses: store}")
        #expect(loaded.faults.isEmpty && loaded.configuration.drover.keepResponses == kept, "\(loaded.faults)")
        #expect(loaded.warnings.count == (kept == .store ? 0 : 1), "\(loaded.warnings)")
    }

    @Test func `of LiteLLM's database address those options are left out that PostgreSQL does not know`() {
        let address = "postgresql://u:p@h/db?connection_limit=10&sslmode=require&schema=public&pool_timeout=60"
        let loaded = read("general_settings: {database_url: '\(address)'}")
        let kept = loaded.configuration.generalSettings.databaseURL?.value
        #expect(kept == Secret("postgresql://u:p@h/db?sslmode=require"))
        let none = read("general_settings: {database_url: 'postgres://h/db?schema=public'}")
        #expect(none.configuration.generalSettings.databaseURL?.value == Secret("postgres://h/db"))
    }

    /// A password that was not encoded stays whole: what is left of it would be taken for an address.
    @Test(arguments: [
        ("postgres://u:p@h/db?schema=a&sslmode=b", "postgres://u:p@h/db?sslmode=b"),
        ("postgres://u:p@h/db?user=a@b&schema=c/d#e:f", "postgres://u:p@h/db?user=a@b"),
        ("postgres://u:p?q@h/db?schema=a", "postgres://u:p?q@h/db"),
        ("postgres://u:p?schema=q@h/db", "postgres://u:p?schema=q@h/db"),
        ("postgres://u:p@q?schema=q@h/db?schema=a", "postgres://u:p@q?schema=q@h/db"),
        ("postgres://u:p@q?schema=q@h/db", "postgres://u:p@q?schema=q@h/db"),
        ("postgres://u:p/q#r:s@h/db?schema=a", "postgres://u:p/q#r:s@h/db"),
        ("host=h password=a?schema=b", "host=h password=a?schema=b"),
    ])
    func `options are looked for behind the password`(_ address: String, _ kept: String) {
        #expect(DatabaseAddress.withoutOptionsOfPrisma(address) == kept)
    }

    @Test func `of two stores that of ours wins, and one that is none is passed over`() {
        let both = read(
            """
            general_settings: {database_url: "postgres://h/db"}
            drover: {store: "sqlite:/a.db"}
            """)
        #expect(both.configuration.generalSettings.databaseURL == nil)
        #expect(both.warnings.map(\.message) == ["drover.store is set too and wins"])
        for other in ["mysql://u:secret@h/db", "''"] {
            let loaded = read("general_settings: {database_url: \(other)}")
            #expect(loaded.faults.isEmpty && loaded.configuration.generalSettings.databaseURL == nil)
            #expect(loaded.warnings.count == 1 && !"\(loaded.warnings)".contains("secret"))
        }
    }

    @Test(arguments: [
        ("mysql://x", "expects sqlite:PATH, postgres://USER:PASSWORD@HOST/DATABASE or off"),
        ("'sqlite:'", "names no file"), ("'postgres:h'", "expects sqlite:PATH"),
    ])
    func `a store that cannot be used is a fault`(store: String, reason: String) {
        let faults = read("drover: {store: \(store)}").faults
        #expect(faults.count == 1 && faults[0].message.contains(reason), "\(faults)")
    }

    @Test func `budgets are kept as they are written`() {
        let loaded = read(
            """
            litellm_settings: {max_budget: 0.1, budget_duration: 30d, budget_exceeded_status_code: 400}
            router_settings:
              provider_budget_config:
                openai: {budget_limit: 1e-05, time_period: 1d}
                anthropic: {max_budget: 10}
            """)
        #expect(loaded.faults.isEmpty && loaded.warnings.isEmpty, "\(loaded.faults) \(loaded.warnings)")
        let settings = loaded.configuration.litellmSettings
        #expect(settings.maxBudget?.value == "0.1" && settings.budgetDuration?.value == "30d")
        #expect(settings.budgetExceededStatus == 400)
        #expect(
            loaded.configuration.routerSettings.providerBudgets == [
                .init(provider: "openai", maxBudget: "1e-05", duration: "1d"),
                .init(provider: "anthropic", maxBudget: "10", duration: nil),
            ])
    }

    /// One reader of periods: one that is let through here and unknown to the ledger would be a budget without an end.
    @Test(arguments: [
        ("7200s", true), ("5000m", true), ("600w", false), ("520w", true), ("240mo", false), ("120mo", true),
        ("3651d", false), ("3650d", true), ("0d", false), ("30D", false), ("1 d", false),
        ("99999999999999999999s", false),
    ])
    func `periods are those of the ledger`(period: String, isOne: Bool) {
        let loaded = read("litellm_settings: {max_budget: 1, budget_duration: '\(period)'}")
        #expect(loaded.faults.count == (isOne ? 0 : 1))
        #expect(loaded.configuration.litellmSettings.budgetDuration?.value == (isOne ? period : nil))
        let kept = read("general_settings: {maximum_spend_logs_retention_period: '\(period)'}")
        #expect(kept.faults.count == (isOne ? 0 : 1) && kept.warnings.isEmpty)
        #expect(kept.configuration.generalSettings.retention?.value == (isOne ? period : nil))
    }

    @Test(arguments: [
        "max_budget: -1", "max_budget: much", "budget_duration: 30", "budget_duration: 0d",
        "budget_duration: thirty days", "budget_duration: 521w",
        "budget_duration: 121mo", "max_budget: 0x10", "max_budget: nan", "budget_exceeded_status_code: 500",
        "budget_exceeded_status_code: 200",
    ])
    func `a budget that cannot be held is a fault`(line: String) {
        #expect(read("litellm_settings: {\(line)}").faults.count == 1)
    }

    @Test(arguments: [
        ("1_000", "1000"), ("'1_000'", "1000"), ("1_0.2_5", "10.25"), ("+5", "5"), (".5", "0.5"), ("5.", "5"),
        ("1e3", "1e3"), ("1e9", "1e9"), ("0", "0"), ("-0.0", "0"),
    ])
    func `dollars are a decimal number, in whichever of YAML's ways they are written`(text: String, dollars: String) {
        let loaded = read(
            """
            litellm_settings: {max_budget: \(text)}
            router_settings: {provider_budget_config: {openai: {budget_limit: \(text)}}}
            """)
        #expect(loaded.faults.isEmpty, "\(loaded.faults)")
        #expect(loaded.configuration.litellmSettings.maxBudget?.value == dollars)
        #expect(loaded.configuration.routerSettings.providerBudgets.map(\.maxBudget) == [dollars])
    }

    @Test(arguments: ["86400s", "43200m", "5000h", "3650d", "520w", "120mo"])
    func `a window of up to ten years is one in every unit`(text: String) {
        let loaded = read("litellm_settings: {max_budget: 1, budget_duration: \(text)}")
        #expect(loaded.faults.isEmpty && loaded.configuration.litellmSettings.budgetDuration?.value == text)
    }
}
