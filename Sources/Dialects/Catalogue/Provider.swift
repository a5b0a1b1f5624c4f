public import NIOCore

/// The way from a client's request to an upstream's bytes, whatever the two speak.
public enum Provider {
    /// Writes the complete HTTP/1.1 request for an upstream: request line, headers and body, in one buffer.
    ///
    /// The one way to such bytes, and it takes a permit: what may not leave is never written.
    /// Writes after what `out` already holds; on a throw `out` is as it was.
    ///
    /// - Parameters:
    ///   - permit: leave to send this request to its target.
    ///   - load: what of the load-time options it may say.
    ///   - listing: what the instance's list says of the model.
    ///   - betas: the client's own `anthropic-beta`, which goes on with a body of Anthropic's API.
    ///   - unixSeconds: the present, for signatures.
    /// - Throws: `RequestFault` for what this upstream cannot do (unless the request or the target drops such
    ///   parameters), and for images and tool arguments that cannot be translated.
    public static func encode(
        _ request: ClientRequest, with permit: EgressPermit, load: LoadTerms = .asRequested,
        listing: ModelListing = .unknown, betas: String? = nil, unixSeconds: Int, into out: inout ByteBuffer
    ) throws(RequestFault) {
        let target = permit.target
        let start = out.writerIndex
        do throws(RequestFault) {
            let terms = EncodingTerms(
                drops: request.dropParams ?? target.dropParams, listing: listing, load: load, betas: betas,
                unixSeconds: unixSeconds)
            try write(request, for: target, terms, into: &out)
        } catch {
            out.moveWriterIndex(to: start)
            throw error
        }
    }

    /// Writes the complete HTTP/1.1 request that asks how many tokens a message of Anthropic's API has; it takes a permit too.
    ///
    /// - Parameters:
    ///   - body: the client's, which has been read.
    ///   - betas: the client's own `anthropic-beta`.
    /// - Returns: false where the target does not count.
    public static func encodeCount(
        of body: ByteBuffer, with permit: EgressPermit, betas: String?, into out: inout ByteBuffer
    ) -> Bool {
        guard permit.target.countsTokens else { return false }
        permit.target.back.encodeCount(of: body, betas: betas, into: &out)
        return true
    }

    static func write(
        _ request: ClientRequest, for target: UpstreamTarget, _ terms: EncodingTerms, into out: inout ByteBuffer
    ) throws(RequestFault) {
        if !target.speaks(request.front) {
            let front = request.front.api
            try front.checkTranslatable(request, drops: terms.drops)
            let other = try front.inOtherWords(request, drops: terms.drops)
            do throws(RequestFault) {
                if let other { return try write(other, for: target, terms, into: &out) }
                return try send(request, to: target, isPassedOn: false, terms, into: &out)
            } catch {
                throw front.inOwnWords(error)
            }
        }
        try send(request, to: target, isPassedOn: true, terms, into: &out)
    }

    private static func send(
        _ request: ClientRequest, to target: UpstreamTarget, isPassedOn: Bool, _ terms: EncodingTerms,
        into out: inout ByteBuffer
    ) throws(RequestFault) {
        if request.asksNoLimit, !target.isLocal, !type(of: target.back).knowsNoLimit, !terms.drops {
            throw request.unknownLimit()
        }
        let isRelayed = isPassedOn && request.front.api.relaysForeignTools
        let takesCustom = target.back.takesCustomTools
        if request.hasForeignTools && !isRelayed || request.hasCustomTools && !takesCustom {
            let left = try request.leavingForeignToolsOut(terms.drops, takesCustom: takesCustom)
            return try target.back.encode(left, terms, into: &out)
        }
        try target.back.encode(request, terms, into: &out)
    }
}
