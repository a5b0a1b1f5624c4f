import Locking

/// The memory that prompts on their way to exporters have together. One that finds no room there is not told; its request is.
public final class PromptRoom: Sendable {
    /// Longer prompts are not told.
    public static let longest = 32 << 10

    private let free: Locked<Int>

    /// - Parameter bytes: of all prompts that wait, or are on their way.
    public init(bytes: Int) { free = Locked(bytes) }

    /// Keeps a prompt; nil where there is no room for it.
    public func keep(_ bytes: [UInt8]) -> ExportedPrompt? {
        let fits = free.withLock { free in
            guard bytes.count <= free else { return false }
            free -= bytes.count
            return true
        }
        return fits ? ExportedPrompt(bytes, in: self) : nil
    }

    fileprivate func giveBack(_ bytes: Int) { free.withLock { $0 += bytes } }
}

/// A prompt, as JSON, for exporters that the operator has asked to tell it. Its room is free again with its last holder.
public final class ExportedPrompt: Sendable {
    /// As the client wrote it.
    public let bytes: [UInt8]
    private let room: PromptRoom

    fileprivate init(_ bytes: [UInt8], in room: PromptRoom) { (self.bytes, self.room) = (bytes, room) }

    deinit { room.giveBack(bytes.count) }
}
