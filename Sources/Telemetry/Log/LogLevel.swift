public import Logging

/// Which level a process logs at.
public enum LogLevel {
    /// `--log-level` wins; else LiteLLM's `set_verbose: true` means debug; else info.
    public static func chosen(flag: Logger.Level?, setVerbose: Bool) -> Logger.Level {
        flag ?? (setVerbose ? .debug : .info)
    }

    /// The level of this name, in any case; `warn` is understood too.
    public static func named(_ name: String) -> Logger.Level? {
        let lowered = name.lowercased()
        return lowered == "warn" ? .warning : Logger.Level(rawValue: lowered)
    }
}
