/// The address of a PostgreSQL database as LiteLLM takes it.
public enum DatabaseAddress {
    /// The address without the options that only LiteLLM's database library knows, and that libpq refuses.
    public static func withoutOptionsOfPrisma(_ text: String) -> String {
        guard let mark = text.firstIndex(of: "?") else { return text }
        let options = text[text.index(after: mark)...].split(separator: "&").filter { option in
            !optionsOfPrisma.contains(String(option.prefix { $0 != "=" }))
        }
        return text[..<mark] + (options.isEmpty ? "" : "?" + options.joined(separator: "&"))
    }

    private static let optionsOfPrisma: Set = [
        "connection_limit", "pool_timeout", "pgbouncer", "schema", "socket_timeout", "statement_cache_size",
        "sslaccept", "sslidentity", "max_idle_connection_lifetime", "single_use_connections",
    ]
}
