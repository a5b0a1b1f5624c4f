public import NIOCore

/// The answer of `/api/ps` over several boxes.
public enum OllamaLoadedList {
    /// A model in a box's memory. Empty fields are not known.
    public struct Row: Sendable {
        /// The name to ask for.
        public let name: String
        /// The box.
        public let instance: String
        /// Bytes in memory.
        public let size: Int64
        /// Bytes of those on the GPU.
        public let sizeVRAM: Int64
        /// The context it was loaded with, in tokens; nil where the box does not say.
        public let contextLength: Int?
        /// When it will be unloaded, as the box wrote it.
        public let expiresAt: String
        /// 64 hexadecimal digits.
        public let digest: String
        /// A JSON object.
        public let details: String

        /// A model with these properties.
        public init(
            name: String, instance: String, size: Int64, sizeVRAM: Int64, contextLength: Int?, expiresAt: String,
            digest: String, details: String
        ) {
            self.name = name
            self.instance = instance
            self.size = size
            self.sizeVRAM = sizeVRAM
            self.contextLength = contextLength
            self.expiresAt = expiresAt
            self.digest = digest
            self.details = details
        }
    }

    /// Appends the body. The box's name stands behind Ollama's own members, where its clients pass over it.
    public static func write(_ rows: [Row], into out: inout ByteBuffer) {
        out.writeStaticString("{\"models\":[")
        for (index, row) in rows.enumerated() {
            out.writeStaticString(index == 0 ? "{\"name\":" : ",{\"name\":")
            out.writeQuoted(row.name)
            out.writeStaticString(",\"model\":")
            out.writeQuoted(row.name)
            out.writeStaticString(",\"size\":")
            out.writeDecimal(Int(row.size))
            out.writeStaticString(",\"digest\":")
            out.writeQuoted(row.digest.isEmpty ? OllamaModelList.noDigest : row.digest)
            out.writeStaticString(",\"details\":")
            out.writeString(row.details.isEmpty ? OllamaModelList.noDetails : row.details)
            out.writeStaticString(",\"expires_at\":")
            out.writeQuoted(row.expiresAt.isEmpty ? OllamaModelList.noTime : row.expiresAt)
            out.writeStaticString(",\"size_vram\":")
            out.writeDecimal(Int(row.sizeVRAM))
            if let context = row.contextLength {
                out.writeStaticString(",\"context_length\":")
                out.writeDecimal(context)
            }
            out.writeStaticString(",\"instance\":")
            out.writeQuoted(row.instance)
            out.writeStaticString("}")
        }
        out.writeStaticString("]}")
    }
}
