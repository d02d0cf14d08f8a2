using System.Buffers;
using System.Text;

namespace InboundBridge.Mime.Addresses;

/// <summary>
/// Reads the single mailbox of most fields from its octets where it has the plainest form: an address, or one in angle brackets after words
/// or a quoted string. <see cref="AddressListParser"/> reads all other forms.
/// </summary>
internal static class UsualMailbox
{
    private static readonly SearchValues<byte> NameOctets =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._ "u8);

    private static readonly SearchValues<byte> LocalOctets =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._+"u8);

    private static readonly SearchValues<byte> DomainOctets = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-._"u8);

    public static MailboxAddress? Read(ReadOnlySpan<byte> raw)
    {
        var address = raw.Trim(" \t\r\n"u8);
        ReadOnlySpan<byte> name = [];
        if (address is [.., (byte)'>'])
        {
            var open = address.IndexOf((byte)'<');
            if (open < 0)
                return null;
            name = address[..open].TrimEnd((byte)' ');
            address = address[(open + 1)..^1];
            if (name is [(byte)'"', .. var quoted, (byte)'"'])
                name = quoted.Trim((byte)' ');
        }
        var at = address.IndexOf((byte)'@');
        if (at < 1 || address[..at].ContainsAnyExcept(LocalOctets) || name.ContainsAnyExcept(NameOctets))
            return null;
        var domain = address[(at + 1)..];
        return domain is [.., not (byte)'.'] && !domain.ContainsAnyExcept(DomainOctets)
            ? new MailboxAddress(Encoding.ASCII.GetString(name), Encoding.ASCII.GetString(address))
            : null;
    }
}
