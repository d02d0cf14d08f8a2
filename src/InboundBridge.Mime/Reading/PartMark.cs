using InboundBridge.Mime.Encodings;

namespace InboundBridge.Mime.Reading;

/// <summary>A place in a part's decoded octets from which reading can resume without decoding everything before it.</summary>
/// <param name="Position">Octet offset in the source.</param>
/// <param name="Decoder">The decoder in its state at that place; copy it before use.</param>
internal sealed record PartMark(long Position, TransferDecoder Decoder);
