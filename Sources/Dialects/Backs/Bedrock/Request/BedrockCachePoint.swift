/// Marks that a beginning is worth keeping: Anthropic's `cache_control` beside a text or a tool, in Converse a block of
/// its own behind it.
enum BedrockCachePoint {
    /// The block for the mark at `slice`; its `ttl` goes with it where the model knows any.
    static func block(_ bytes: UnsafeRawBufferPointer, _ mark: JSONSlice, for model: BedrockModel) -> [UInt8] {
        guard model.takesCacheTimes, let time = bytes.member("ttl", of: mark),
            bytes[time].equals("\"5m\"") || bytes[time].equals("\"1h\"")
        else { return Array("{\"cachePoint\":{\"type\":\"default\"}}".utf8) }
        return Array("{\"cachePoint\":{\"type\":\"default\",\"ttl\":".utf8) + bytes[time] + Array("}}".utf8)
    }
}
