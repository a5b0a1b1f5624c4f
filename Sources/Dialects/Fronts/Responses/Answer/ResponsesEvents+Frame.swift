import NIOCore

/// What stands around each event, and the last one.
extension ResponsesEvents {
    /// Room for all that stands around a piece.
    private static let frameRoom = 400

    /// One event.
    ///
    /// - Parameter room: bytes of the members at most, beside those that every event has.
    @inline(__always)
    static func event(
        _ name: StaticString, _ sequence: Int, room: Int, into out: inout ByteBuffer,
        _ members: (inout ByteWriter) -> Void
    ) {
        out.compose(atMost: frameRoom + room) { writer in
            writer.write("event: ")
            writer.write(name)
            writer.write("\ndata: {\"type\":\"")
            writer.write(name)
            writer.write("\",\"sequence_number\":")
            writer.write(decimal: sequence)
            members(&writer)
            writer.write("}\n\n")
        }
    }

    /// The last event of a response: it has the whole of it.
    static func end(
        _ form: ResponsesForm, _ status: ResponsesForm.Status, _ items: [UInt8], _ usage: Usage, _ sequence: Int,
        into out: inout ByteBuffer
    ) {
        let name: StaticString = status.isWhole ? "response.completed" : "response.incomplete"
        event(name, sequence, room: form.room + items.count, into: &out) { writer in
            writer.write(",\"response\":")
            form.write(status, output: items, usage: usage, to: &writer)
        }
    }

    /// Ends a stream that goes no further, since its answer has met its limit of tokens. What came of the answer is with the
    /// client: the last event says no more than that it ends here.
    static func endAtLimit(_ form: ResponsesForm, _ usage: Usage, behind events: Int, into out: inout ByteBuffer) {
        let number = ResponsesError.number(in: out, behind: events)
        end(form, .incomplete("max_output_tokens"), [], usage, number, into: &out)
    }
}
