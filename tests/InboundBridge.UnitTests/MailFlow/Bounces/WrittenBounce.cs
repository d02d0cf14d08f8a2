using System.Text;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime;
using InboundBridge.Mime.Reports;

namespace InboundBridge.UnitTests.MailFlow.Bounces;

/// <summary>A bounce as it would be sent, read by our own readers.</summary>
internal sealed record WrittenBounce(NewMail Mail, byte[] Octets, MimeMessage Read)
{
    public string Text => Encoding.UTF8.GetString(Octets);

    public DeliveryReport Report => Assert.IsType<DeliveryReport>(Read.Report);

    public DeliveryReportRecipient Recipient => Assert.Single(Report.Recipients);

    /// <summary>Media types of the parts, in order.</summary>
    public IEnumerable<string> Parts => Read.Structure.Parts.Select(part => $"{part.ContentType.Type}/{part.ContentType.Subtype}");

    public static async Task<WrittenBounce> OfAsync(NewMail mail)
    {
        using var copy = new MemoryStream();
        var piece = new byte[64 * 1024];
        for (long at = 0; await mail.Staged.Content.ReadAsync(at, piece, CancellationToken.None) is > 0 and var count; at += count)
            copy.Write(piece, 0, count);
        var octets = copy.ToArray();
        return new WrittenBounce(mail, octets, ParsedMail.Open(MailContent.FromMemory(octets)));
    }
}
