import NIOCore

/// A picture of a request that stands somewhere on the web.
public struct RemotePicture: Sendable {
    /// Its address, `http` or `https`.
    public let address: String
    /// Where it stands in the request, in its client's words.
    public let path: String
    /// The JSON string of its address.
    let slice: JSONSlice
}

/// A picture that was fetched.
public struct FetchedPicture: Sendable {
    /// Its type, as its bytes say.
    let type: PictureType
    let bytes: [UInt8]

    /// A picture of a kind that models read; nil for anything else, whatever its server calls it.
    public init?(_ bytes: [UInt8]) {
        guard let type = PictureType(bytes: bytes) else { return nil }
        self.type = type
        self.bytes = bytes
    }

    /// How long it is.
    public var count: Int { bytes.count }

    var base64: [UInt8] {
        var out = ByteBuffer()
        bytes.withUnsafeBytes { EmbeddingBase64.writeBase64($0, into: &out) }
        return Array(out.readableBytesView)
    }
}

extension ClientRequest {
    /// Whether there may be pictures in it: false is certain.
    public var mayHavePictures: Bool { !hasPlainMessages && work == .chat }

    /// The pictures whose addresses stand in their place; none where the request cannot be read, for its reader to say.
    public var remotePictures: [RemotePicture] {
        guard mayHavePictures else { return [] }
        return body.withUnsafeReadableBytes { bytes in
            var pictures: [RemotePicture] = []
            try? Prompt(bytes, of: self).forEachMessage { message throws(RequestFault) in
                for block in message.blocks {
                    guard case .image(let media) = block.kind, !media.data.isAbsent, media.picture == nil else {
                        continue
                    }
                    let text = bytes[media.data.unquoted]
                    guard text.starts(with: "http"), case let address = JSONString.decode(text),
                        address.hasPrefix("https://") || address.hasPrefix("http://")
                    else { continue }
                    pictures.append(
                        RemotePicture(address: address, path: block.place.path(.image), slice: media.data))
                }
            }
            return pictures
        }
    }

    /// The same request with pictures in the place of their addresses.
    public func holding(_ pictures: [(RemotePicture, FetchedPicture)]) throws(RequestFault) -> ClientRequest {
        let rewritten = body.withUnsafeReadableBytes { bytes in
            var edits = JSONEdits()
            for (remote, picture) in pictures { front.api.put(picture, at: remote.slice, in: bytes, &edits) }
            var out = ByteBuffer()
            out.compose(atMost: bytes.count + edits.added) { edits.write(bytes, from: 0, to: bytes.count, to: &$0) }
            return out
        }
        return try ClientRequest.scan(rewritten, front: front).joiningStream(joinsStream)
    }
}

extension UnsafeRawBufferPointer {
    /// The smallest object with the value at `slice` in it; nil where none has.
    func object(around slice: JSONSlice) -> JSONSlice? {
        func holds(_ outer: JSONSlice) -> Bool {
            outer.start <= slice.start && slice.start + slice.count <= outer.start + outer.count
        }
        var found: JSONSlice?
        var next: JSONSlice? = object
        while let outer = next {
            next = nil
            switch self[outer][0] {
            case 0x7b:
                found = outer
                forEachMember(of: outer) { if holds($1) { next = $1 } }
            case 0x5b: forEachElement(of: outer) { if holds($0) { next = $0 } }
            default: break
            }
        }
        return found
    }
}
