using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Bounces.Writing;

/// <summary>
/// The part that programs read: <c>message/delivery-status</c> (RFC 3464 §2), or its form for UTF-8 addresses (RFC 6533 §4).
/// </summary>
internal sealed class StatusFields(BounceContent bounce, BounceOptions options)
{
    private const int Width = 76;

    /// <summary>A line has at most 998 octets (RFC 5322 §2.1.1).</summary>
    private const int LongestWord = 900;

    /// <summary>RFC 3461 §4.4.</summary>
    private const int LongestEnvelopeId = 100;

    private readonly StringBuilder _text = new();

    public string Write()
    {
        Field("Reporting-MTA", $"dns; {options.Hostname}");
        if (bounce.Message.Envelope.DsnEnvelopeId is { Length: > 0 and <= LongestEnvelopeId } id && IsPrintable(id))
            Field("Original-Envelope-Id", id);
        Field("X-InboundBridge-Message-Id", bounce.Message.Id);
        Field("Arrival-Date", Date(bounce.Message.ReceivedAt));
        foreach (var fate in bounce.Fates)
        {
            _text.Append("\r\n");
            Write(fate);
        }
        return _text.ToString();
    }

    private void Write(RecipientFate fate)
    {
        if (OriginalRecipient(fate.Recipient) is (var type, var original))
            AddressField("Original-Recipient", type, original);
        var address = fate.Recipient.Address;
        AddressField("Final-Recipient", Ascii.IsValid(address) ? "rfc822" : "utf-8", Text(address));
        Field("Action", fate.Action);
        Field("Status", fate.Status);
        if (fate.Host is { } host)
            Field("Remote-MTA", $"dns; {Text(NameOf(host))}");
        if (fate.Reply is { Length: > 0 } reply)
            Field("Diagnostic-Code", $"smtp; {Text(reply)}");
        if (bounce.LastAttempt is { } last)
            Field("Last-Attempt-Date", Date(last));
        if (bounce.Until is { } until)
            Field("Will-Retry-Until", Date(until));
    }

    /// <summary>RFC 3464 §2.1.2: a name of the DNS, or an address in brackets (RFC 5321 §4.1.3).</summary>
    private static string NameOf(string host) =>
        !IPAddress.TryParse(host, out var address) ? host
            : address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[IPv6:{address}]" : $"[{address}]";

    /// <summary>ORCPT as the sender gave it (RFC 3464 §2.3.1): <c>type;address</c>.</summary>
    private (string Type, string Address)? OriginalRecipient(MailRecipient recipient)
    {
        if (recipient.OriginalRecipient is not { } given || given.IndexOf(';', StringComparison.Ordinal) is not (> 0 and var semicolon))
            return null;
        var (type, address) = (given[..semicolon], given[(semicolon + 1)..].Trim());
        return type.All(character => char.IsAsciiLetterOrDigit(character) || character == '-') && ShownText.IsClean(address)
            ? (type, Text(address))
            : null;
    }

    /// <summary>
    /// A field with an address, which is written as it was given (RFC 3464 §2.3): several spaces in a quoted local part are kept, and the
    /// field is folded before the address only.
    /// </summary>
    private void AddressField(string name, string type, string address)
    {
        var start = $"{name}: {type};";
        if (address.Length > LongestWord)
            Field(name, $"{type}; {address}");
        else
            _text.Append(start).Append(start.Length + 1 + address.Length > Width ? "\r\n " : " ").Append(address).Append("\r\n");
    }

    /// <summary>A field, folded at spaces (RFC 5322 §2.2.3). Several spaces become one.</summary>
    private void Field(string name, string value) =>
        _text.AppendJoin("\r\n ", WrappedText.Lines($"{name}: {value}", "", Width, LongestWord)).Append("\r\n");

    /// <summary>Outside of RFC 6533 the part is ASCII.</summary>
    private string Text(string text)
    {
        var clean = ShownText.Clean(text);
        return bounce.IsInternational || Ascii.IsValid(clean)
            ? clean
            : string.Create(clean.Length, clean, static (ascii, source) =>
            {
                for (var index = 0; index < source.Length; index++)
                    ascii[index] = char.IsAscii(source[index]) ? source[index] : '?';
            });
    }

    private static bool IsPrintable(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    private static string Date(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);
}
