using InboundBridge.Mime.Reading;

namespace InboundBridge.Mime.Reports;

/// <summary>Guards an XML parser, which holds each tag and comment whole: one without an end would fill memory.</summary>
internal sealed class XmlTextGuard(TextReader text) : TextReader
{
    /// <summary>Characters between "&lt;" and "&gt;".</summary>
    private const int LongestMarkup = 64 * 1024;

    private bool _isMarkup;
    private int _length;

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        var count = text.Read(buffer);
        var rest = buffer[..count];
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf(_isMarkup ? '>' : '<');
            _length += end < 0 ? rest.Length : end;
            if (_isMarkup && _length > LongestMarkup)
                throw new UnpackLimitException($"the XML of a report has a tag of more than {LongestMarkup / 1024} KB and was not read");
            if (end < 0)
                break;
            _isMarkup = !_isMarkup;
            _length = 0;
            rest = rest[(end + 1)..];
        }
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            text.Dispose();
        base.Dispose(disposing);
    }
}
