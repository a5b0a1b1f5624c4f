/// The ways in which a box may answer one request wrongly.
enum Misbehaviour: Int, CaseIterable {
    case status400, status404, status429, status500, status502, status503, status503Later
    case resetAtOnce, closeAtOnce, resetAfterHead, closeAfterHead, resetInside, closeInside, halfPiece
    case stallBeforeHead, stallAfterHead, stallInside
    case errorInside, errorFirst, brokenPiece, noEnd, emptyBody, slow, garbage, hugeHead, badChunk
    case closeAnnounced, bodyToTheEnd, bytesBehind
}
