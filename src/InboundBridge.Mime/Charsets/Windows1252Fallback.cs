using System.Text;

namespace InboundBridge.Mime.Charsets;

/// <summary>
/// For text that is read as UTF-8 piece by piece: octets that are not UTF-8 are read as windows-1252, which they usually are.
/// </summary>
internal sealed class Windows1252Fallback : DecoderFallback
{
    public static Encoding Utf8 { get; } = Encoding.GetEncoding("utf-8", EncoderFallback.ReplacementFallback, new Windows1252Fallback());

    public override int MaxCharCount => 4;

    public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer();

    private sealed class Buffer : DecoderFallbackBuffer
    {
        private string _characters = "";
        private int _next;

        public override int Remaining => _characters.Length - _next;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            _characters = CharsetNames.Windows1252.GetString(bytesUnknown);
            _next = 0;
            return _characters.Length > 0;
        }

        public override char GetNextChar() => _next < _characters.Length ? _characters[_next++] : '\0';

        public override bool MovePrevious()
        {
            if (_next == 0)
                return false;
            _next--;
            return true;
        }

        public override void Reset() => (_characters, _next) = ("", 0);
    }
}
