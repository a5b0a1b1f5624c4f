/// Marks that a beginning is worth keeping: Anthropic's `cache_control` beside a text or a tool, in Converse a block of
/// its own behind it.
enum BedrockCachePoint {
    /// The block for a mark; its `ttl` goes with it where the model knows any.
    static func block(_ mark: JSONValue, for model: BedrockModel) -> [UInt8] {
        guard model.takesCacheTimes, let time = mark["ttl"],
            time.raw.equals("\"5m\"") || time.raw.equals("\"1h\"")
        else { return Array("{\"cachePoint\":{\"type\":\"default\"}}".utf8) }
        return Array("{\"cachePoint\":{\"type\":\"default\",\"ttl\":".utf8) + time.raw + Array("}}".utf8)
    }
}
