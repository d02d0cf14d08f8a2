using System.Globalization;
using System.Text;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Dialects;

/// <summary>The scanner's tests as a text in the layout of SpamAssassin's reports, which readers of SendGrid's requests know.</summary>
internal static class SpamReport
{
    /// <summary>Tests in the report. Scanners have some hundreds, of which a mail fires about twenty.</summary>
    private const int MostTests = 200;

    public static string Of(SpamVerdict spam)
    {
        var report = new StringBuilder("Content analysis details:   (")
            .Append(CultureInfo.InvariantCulture, $"{spam.Score:0.0} points");
        if (spam.RequiredScore is { } required)
            report.Append(CultureInfo.InvariantCulture, $", {required:0.0} required");
        report.Append(")\n\n pts rule name\n---- ----------------------\n");
        foreach (var (name, score) in spam.Symbols.Take(MostTests))
            report.Append(CultureInfo.InvariantCulture, $"{score,4:0.0} {name}\n");
        return report.ToString();
    }
}
