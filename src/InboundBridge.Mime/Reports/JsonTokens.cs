using System.Buffers;
using System.Text.Json;
using InboundBridge.Mime.Reading;
using InboundBridge.Text;

namespace InboundBridge.Mime.Reports;

/// <summary>Reads the tokens of a JSON document from a stream; no more than one token is held.</summary>
internal sealed class JsonTokens(Stream stream) : IDisposable
{
    private const int FirstSize = 16 * 1024;

    /// <summary>Most octets of one token.</summary>
    private const int LongestToken = 128 * 1024;

    private const int Deepest = 32;

    private JsonReaderState _state =
        new(new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = Deepest });
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
    private int _start;
    private int _end;
    private bool _isLast;

    public JsonTokenType Type { get; private set; }

    public int Depth { get; private set; }

    /// <summary>The text of a name or a string, cut at <see cref="ReportAllowance.LongestText"/>.</summary>
    public string? Text { get; private set; }

    /// <summary>The value of a number without a fraction.</summary>
    public long? Number { get; private set; }

    /// <returns>False at the document's end.</returns>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="UnpackLimitException">A token is too long.</exception>
    public bool Read(bool keepsValue = true)
    {
        while (!TryRead(keepsValue))
        {
            if (_isLast)
                return false;
            Fill();
        }
        return true;
    }

    /// <summary>Skips to the end of the value that begins here.</summary>
    public void Skip()
    {
        if (Type is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return;
        SkipTo(Depth);
    }

    /// <summary>Skips to the end of the object or array that began at this depth.</summary>
    public void SkipTo(int depth)
    {
        while (Read(keepsValue: false) && Depth > depth)
        {
        }
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private bool TryRead(bool keepsValue)
    {
        var reader = new Utf8JsonReader(_buffer.AsSpan(_start.._end), _isLast, _state);
        var isRead = reader.Read();
        _start += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
        if (!isRead)
            return false;
        Type = reader.TokenType;
        Depth = reader.CurrentDepth;
        Text = keepsValue && Type is JsonTokenType.PropertyName or JsonTokenType.String ? Cut(ref reader) : null;
        Number = keepsValue && Type == JsonTokenType.Number && reader.TryGetInt64(out var number) ? number : null;
        return true;
    }

    private static string Cut(ref Utf8JsonReader reader)
    {
        return CutText.At(reader.GetString() ?? "", ReportAllowance.LongestText);
    }

    private void Fill()
    {
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= LongestToken)
                throw new UnpackLimitException($"the JSON of a report has a text of more than {LongestToken / 1024} KB and was not read");
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        var count = stream.Read(_buffer.AsSpan(_end));
        _end += count;
        _isLast = count == 0;
    }
}
