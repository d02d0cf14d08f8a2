using System.Buffers;
using System.Text;
using MimeKit;

namespace InboundBridge.MailFlow.Delivery.SevenBit;

/// <summary>
/// Writes a list of addresses in ASCII. The list is read from the original octets, and each name is encoded by itself: a name whose encoded
/// word hides an address must never become that address.
/// </summary>
internal static class SevenBitAddresses
{
    /// <summary>Characters of a name that is not encoded. A longer one would not fit into a line.</summary>
    private const int LongestName = 60;

    /// <summary>Of words that need no quotes; RFC 5322 §3.2.3 has more.</summary>
    private static readonly SearchValues<char> OfAtoms =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-'");

    private static readonly SearchValues<char> OfDomains =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <param name="value">What follows the colon.</param>
    /// <exception cref="SevenBitException">The field can't be read, needs SMTPUTF8, or would say something else afterwards.</exception>
    public static byte[] Encode(string name, byte[] value)
    {
        var addresses = Read(name, value);
        foreach (var mailbox in addresses.Mailboxes)
        {
            if (!Ascii.IsValid(mailbox.LocalPart))
                throw new SevenBitException($"the field {name} has an address that needs SMTPUTF8");
        }
        var lines = new SevenBitLines(name.Length + 1);
        Write(addresses, lines);
        var encoded = lines.ToOctets();
        return Described(addresses) == Described(Read(name, encoded)) && FieldReading.Addresses(value) == FieldReading.Addresses(encoded)
            ? encoded
            : throw new SevenBitException($"the addresses of the field {name} can't be written in ASCII");
    }

    private static InternetAddressList Read(string name, byte[] value) => InternetAddressList.TryParse(value, out var addresses)
        ? addresses
        : throw new SevenBitException($"the addresses of the field {name} can't be read");

    /// <summary>The library bounds the depth of groups inside groups.</summary>
    private static void Write(InternetAddressList addresses, SevenBitLines lines)
    {
        for (var index = 0; index < addresses.Count; index++)
        {
            var end = index < addresses.Count - 1 ? "," : "";
            if (addresses[index] is GroupAddress group)
            {
                WriteName(group.Name ?? "", lines);
                // RFC 2047 §5 (3): white space stands between an encoded word and a special.
                lines.Append(" ", ":");
                Write(group.Members, lines);
                lines.Append("", $";{end}");
            }
            else if (addresses[index] is MailboxAddress mailbox)
            {
                var address = AddressOf(mailbox);
                if (string.IsNullOrEmpty(mailbox.Name))
                {
                    lines.Append(" ", $"{address}{end}");
                    continue;
                }
                WriteName(mailbox.Name, lines);
                lines.Append(" ", $"<{address}>{end}");
            }
        }
    }

    private static void WriteName(string name, SevenBitLines lines)
    {
        // A text that looks like an encoded word would be decoded once more.
        if (name.Length > LongestName || name.AsSpan().ContainsAnyExceptInRange(' ', '~') || name.Contains("=?", StringComparison.Ordinal))
            lines.AppendEncoded(" ", name);
        else if (name.Split(' ').All(word => word.Length > 0 && !word.AsSpan().ContainsAnyExcept(OfAtoms)))
            lines.Append(" ", name);
        else
            lines.Append(
                " ", $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
    }

    /// <summary>
    /// With A-labels. IDNA maps characters to others, some of them to <c>@</c> and the comma: only what is a domain afterwards is written.
    /// </summary>
    private static string AddressOf(MailboxAddress mailbox)
    {
        var address = mailbox.GetAddress(idnEncode: true);
        return Ascii.IsValid(mailbox.Address) || !address.AsSpan(address.LastIndexOf('@') + 1).ContainsAnyExcept(OfDomains)
            ? address
            : throw new SevenBitException("a domain can't be written in ASCII");
    }

    /// <summary>Names, addresses and groups in order, each on its line. Names are compared without the white space of folding.</summary>
    private static string Described(InternetAddressList addresses)
    {
        var lines = new StringBuilder();
        Describe(addresses, lines);
        return lines.ToString();
    }

    private static void Describe(InternetAddressList addresses, StringBuilder lines)
    {
        foreach (var address in addresses)
        {
            lines.Append(FieldReading.Compact(address.Name ?? "")).Append('\n');
            if (address is GroupAddress group)
            {
                lines.Append("group\n");
                Describe(group.Members, lines);
                lines.Append("end\n");
            }
            else if (address is MailboxAddress mailbox)
            {
                lines.Append(mailbox.GetAddress(idnEncode: true)).Append('\n');
            }
        }
    }
}
