public import NIOCore

/// The answers of Ollama's routes about itself: `/api/tags`, `/api/version`, `/`.
public enum OllamaModelList {
    /// A model that a client may ask for. Empty fields are not known, as of models in clouds.
    public struct Row: Sendable {
        /// The name to ask for.
        public let name: String
        /// RFC 3339.
        public let modifiedAt: String
        /// Bytes on disk.
        public let size: Int64
        /// 64 hexadecimal digits.
        public let digest: String
        /// A JSON object.
        public let details: String

        /// Where boxes hold other contents under the name: each box with its digest; else empty.
        public let digests: [(instance: String, digest: String)]

        /// A model with these properties.
        public init(
            name: String, modifiedAt: String, size: Int64, digest: String, details: String,
            digests: [(instance: String, digest: String)] = []
        ) {
            self.name = name
            self.modifiedAt = modifiedAt
            self.size = size
            self.digest = digest
            self.details = details
            self.digests = digests
        }
    }

    /// The version where no instance says its own: that of the API as it is written here. Clients refuse old ones.
    public static let version = "0.33.0"
    /// The answer to `GET /`, by which clients see that the server is up.
    public static let greeting = "Ollama is running"

    /// Clients cut digests to twelve digits and parse times without looking, so what is not known has its usual form:
    /// zeros, and the moment that `/v1/models` gives.
    static let noDigest = String(repeating: "0", count: 64)
    static let noTime = "2023-02-28T18:56:42Z"
    static let noDetails =
        #"{"parent_model":"","format":"","family":"","families":null,"parameter_size":"","quantization_level":""}"#

    /// Appends the body of `/api/tags`.
    public static func write(_ rows: [Row], into out: inout ByteBuffer) {
        out.writeStaticString("{\"models\":[")
        for (index, row) in rows.enumerated() {
            out.writeStaticString(index == 0 ? "{\"name\":" : ",{\"name\":")
            out.writeQuoted(row.name)
            out.writeStaticString(",\"model\":")
            out.writeQuoted(row.name)
            out.writeStaticString(",\"modified_at\":")
            out.writeQuoted(row.modifiedAt.isEmpty ? noTime : row.modifiedAt)
            out.writeStaticString(",\"size\":")
            out.writeDecimal(Int(row.size))
            out.writeStaticString(",\"digest\":")
            out.writeQuoted(row.digest.isEmpty ? noDigest : row.digest)
            out.writeStaticString(",\"details\":")
            out.writeString(row.details.isEmpty ? noDetails : row.details)
            write(row.digests, into: &out)
            out.writeStaticString("}")
        }
        out.writeStaticString("]}")
    }

    /// The mark that boxes differ, in a member that Ollama does not have.
    private static func write(_ digests: [(instance: String, digest: String)], into out: inout ByteBuffer) {
        guard !digests.isEmpty else { return }
        for (index, one) in digests.enumerated() {
            out.writeStaticString(index == 0 ? ",\"digests\":{" : ",")
            out.writeQuoted(one.instance)
            out.writeStaticString(":")
            out.writeQuoted(one.digest)
        }
        out.writeStaticString("}")
    }

    /// Appends the body of `/api/version`: the lowest of what the instances say, since a client may do only what all can.
    public static func write(versions: [String], into out: inout ByteBuffer) {
        out.writeStaticString("{\"version\":")
        out.writeQuoted(versions.compactMap { OllamaVersion($0) }.min()?.text ?? version)
        out.writeStaticString("}")
    }
}
