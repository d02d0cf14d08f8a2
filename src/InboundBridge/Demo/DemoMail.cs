using MimeKit;

namespace InboundBridge.Demo;

/// <param name="Sender">Empty for a bounce.</param>
/// <param name="Octets">The mail, with CRLF line ends.</param>
/// <param name="ClientIp">Where it comes from, as a PROXY header says it; null for the demo's own address.</param>
internal sealed record DemoMail(string Sender, string Recipient, byte[] Octets, string? ClientIp = null)
{
    public static DemoMail Of(string sender, string recipient, MimeMessage mail, string? clientIp = null)
    {
        mail.Prepare(EncodingConstraint.EightBit);
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        format.EnsureNewLine = true;
        using var octets = new MemoryStream();
        mail.WriteTo(format, octets);
        return new DemoMail(sender, recipient, octets.ToArray(), clientIp);
    }
}
