using InboundBridge.Mime.Encodings;

namespace InboundBridge.Mime.Reading;

/// <summary>A place in a part's decoded octets from which they can be read again without decoding what stands before.</summary>
/// <param name="Position">Octet offset in the source.</param>
/// <param name="Decoder">In the state that it has there; to be copied, not used.</param>
internal sealed record PartMark(long Position, TransferDecoder Decoder);
