using InboundBridge.Mime.Encodings;

namespace InboundBridge.Mime.Reading;

/// <summary>The decoded octets of a stretch of the source, read forward only.</summary>
internal sealed class PartStream(MimeSource source, long offset, long end, TransferDecoder decoder, ProblemList? problems = null)
    : ForwardStream
{
    private const int SpareSize = 4096;

    private readonly SourceWindow _window = new(source);
    private byte[]? _spare;
    private int _spareStart;
    private int _spareCount;
    private long _position = offset;
    private bool _finished;

    /// <summary>
    /// The current position, for another stream to resume from. Only for callers whose
    /// buffers all have at least the decoders' smallest size.
    /// </summary>
    public PartMark Mark() => new(_position, decoder.Copy());

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        if (_spareCount > 0)
            return TakeSpare(buffer);
        if (buffer.Length >= TransferDecoder.SmallestOutput)
            return Decode(buffer);
        _spare ??= new byte[SpareSize];
        _spareStart = 0;
        _spareCount = Decode(_spare);
        return TakeSpare(buffer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _window.Dispose();
        base.Dispose(disposing);
    }

    private int TakeSpare(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _spareCount);
        _spare.AsSpan(_spareStart, count).CopyTo(buffer);
        _spareStart += count;
        _spareCount -= count;
        return count;
    }

    private int Decode(Span<byte> buffer)
    {
        while (!_finished)
        {
            var input = _position >= end ? [] : _window.From(_position, 1);
            if (input.Length > end - _position)
                input = input[..(int)(end - _position)];
            var last = _position + input.Length >= end || input.IsEmpty;
            decoder.Decode(input, buffer, last, out var consumed, out var written);
            _position += consumed;
            if (last && consumed == input.Length && written < buffer.Length - TransferDecoder.SmallestOutput / 2)
                _finished = true;
            if (written > 0)
                return written;
            if (consumed == 0 && last)
                _finished = true;
        }
        if (decoder.SawErrors)
            problems?.Add("the transfer encoding of a part has errors, which were passed over");
        return 0;
    }
}
