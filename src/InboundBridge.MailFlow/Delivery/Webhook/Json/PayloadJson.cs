using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using InboundBridge.MailFlow.Text;

namespace InboundBridge.MailFlow.Delivery.Webhook.Json;

/// <summary>
/// Writes the native payload's JSON directly into the body. Every mail has about forty values, and nearly all are short plain ASCII: those
/// are copied. Any other value is written by the library, which would write the plain ones in the same octets. Names are ours and need no
/// escaping; an empty name writes an element of an array.
/// </summary>
internal sealed class PayloadJson(BodyBuffer body) : IDisposable
{
    /// <summary>Characters of a string that is copied without the library.</summary>
    private const int LongestPlain = 1024;

    /// <summary>A comma, two quotes and a colon.</summary>
    private const int NamePunctuation = 4;

    private const int LongestNumber = 20;
    private const int RoundTripLength = 33;
    private const int FractionLength = 8;
    private const int OffsetLength = 6;

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        [.. Enumerable.Range(' ', 0x7F - ' ').Select(code => (char)code).Where(character => character is not ('"' or '\\'))]);

    private Utf8JsonWriter? _library;
    private bool _isFirst = true;

    public void OpenObject(ReadOnlySpan<byte> name = default) => Open(name, (byte)'{');

    public void CloseObject() => Close((byte)'}');

    public void OpenArray(ReadOnlySpan<byte> name = default) => Open(name, (byte)'[');

    public void CloseArray() => Close((byte)']');

    public void Null(ReadOnlySpan<byte> name) => Literal(name, "null"u8);

    public void Boolean(ReadOnlySpan<byte> name, bool value) => Literal(name, value ? "true"u8 : "false"u8);

    public void Number(ReadOnlySpan<byte> name, long value)
    {
        var room = Begin(name, LongestNumber, out var used);
        Utf8Formatter.TryFormat(value, room[used..], out var length);
        body.Advance(used + length);
    }

    public void String(ReadOnlySpan<byte> name, string? value)
    {
        if (value is null)
        {
            Null(name);
            return;
        }
        if (value.Length > LongestPlain || value.AsSpan().ContainsAnyExcept(Plain))
        {
            Value(name).WriteStringValue(value);
            return;
        }
        var room = Begin(name, value.Length + 2, out var used);
        room[used++] = (byte)'"';
        Ascii.FromUtf16(value, room[used..], out var length);
        room[used + length] = (byte)'"';
        body.Advance(used + length + 1);
    }

    public void Strings(ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        OpenArray(name);
        for (var index = 0; index < values.Count; index++)
            String(default, values[index]);
        CloseArray();
    }

    /// <summary>UTC with milliseconds.</summary>
    public void Time(ReadOnlySpan<byte> name, DateTimeOffset time)
    {
        var room = Begin(name, TimeText.Length + 2, out var used);
        room[used++] = (byte)'"';
        TimeText.Write(time, room[used..]);
        room[used + TimeText.Length] = (byte)'"';
        body.Advance(used + TimeText.Length + 1);
    }

    /// <summary>With its UTC offset.</summary>
    public void Date(ReadOnlySpan<byte> name, DateTimeOffset? date)
    {
        if (date is not { } known)
        {
            Null(name);
            return;
        }
        if (known.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            Value(name).WriteStringValue(known);
            return;
        }
        var room = Begin(name, RoundTripLength + 2, out var used);
        room[used++] = (byte)'"';
        known.TryFormat(room[used..], out var end, "O", CultureInfo.InvariantCulture);
        end += used;
        room[(end - OffsetLength)..end].CopyTo(room[(end - OffsetLength - FractionLength)..]);
        end -= FractionLength;
        room[end] = (byte)'"';
        body.Advance(end + 1);
    }

    public void Text(ReadOnlySpan<byte> name, ReadOnlyMemory<char>? text)
    {
        if (text is not { } known)
        {
            Null(name);
            return;
        }
        OpenText(name);
        JsonEscaping.Write(body, known.Span);
        body.Write("\""u8);
    }

    /// <param name="text">Valid UTF-8; its line ends become LF.</param>
    /// <param name="stretch">The part of the text that <see cref="Again"/> will repeat; empty: none.</param>
    /// <returns>The place of the escaped stretch in the body; null without a stretch.</returns>
    public (long Offset, long Length)? Text(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, ReadOnlySpan<byte> stretch)
    {
        OpenText(name);
        var written = default((long, long)?);
        if (text.Overlaps(stretch, out var start))
        {
            JsonEscaping.Write(body, text[..start], unifiesLineEnds: true);
            var offset = body.Length;
            JsonEscaping.Write(body, stretch, unifiesLineEnds: true);
            written = (offset, body.Length - offset);
            text = text[(start + stretch.Length)..];
        }
        JsonEscaping.Write(body, text, unifiesLineEnds: true);
        body.Write("\""u8);
        return written;
    }

    /// <summary>Writes a text that is in the body already if <paramref name="written"/> says where.</summary>
    public void Again(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, (long Offset, long Length)? written)
    {
        OpenText(name);
        if (written is not { } place || !body.TryRepeat(place.Offset, place.Length))
            JsonEscaping.Write(body, text, unifiesLineEnds: true);
        body.Write("\""u8);
    }

    /// <summary>A header field as an element of an array. Name and value are printable ASCII.</summary>
    public void Field(ReadOnlySpan<byte> fieldName, ReadOnlySpan<byte> value)
    {
        var room = Begin(default, 2, out var used);
        "[\""u8.CopyTo(room[used..]);
        body.Advance(used + 2);
        JsonEscaping.Write(body, fieldName, unifiesLineEnds: false);
        body.Write("\",\""u8);
        JsonEscaping.Write(body, value, unifiesLineEnds: false);
        body.Write("\"]"u8);
    }

    /// <summary>The library's writer, to write one value with.</summary>
    public Utf8JsonWriter Value(ReadOnlySpan<byte> name)
    {
        Begin(name, 0, out var used);
        body.Advance(used);
        _library ??= new Utf8JsonWriter(body, JsonText.WriterOptions);
        _library.Reset();
        return _library;
    }

    public void Dispose() => _library?.Dispose();

    private void Literal(ReadOnlySpan<byte> name, ReadOnlySpan<byte> json)
    {
        var room = Begin(name, json.Length, out var used);
        json.CopyTo(room[used..]);
        body.Advance(used + json.Length);
    }

    private void Open(ReadOnlySpan<byte> name, byte bracket)
    {
        var room = Begin(name, 1, out var used);
        room[used] = bracket;
        body.Advance(used + 1);
        _isFirst = true;
    }

    private void Close(byte bracket)
    {
        Room(1)[0] = bracket;
        body.Advance(1);
        _isFirst = false;
    }

    private void OpenText(ReadOnlySpan<byte> name)
    {
        var room = Begin(name, 1, out var used);
        room[used] = (byte)'"';
        body.Advance(used + 1);
    }

    /// <param name="most">The most octets that the value can have.</param>
    /// <param name="used">Octets written before the value, which the body does not count yet.</param>
    private Span<byte> Begin(ReadOnlySpan<byte> name, int most, out int used)
    {
        var room = Room(name.Length + NamePunctuation + most);
        used = 0;
        if (!_isFirst)
            room[used++] = (byte)',';
        _isFirst = false;
        if (name.IsEmpty)
            return room;
        room[used++] = (byte)'"';
        name.CopyTo(room[used..]);
        used += name.Length;
        room[used++] = (byte)'"';
        room[used++] = (byte)':';
        return room;
    }

    private Span<byte> Room(int most)
    {
        // Octets that the library still holds back come first.
        if (_library is { BytesPending: > 0 })
            _library.Flush();
        return body.GetSpan(most);
    }
}
