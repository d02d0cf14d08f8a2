using InboundBridge.MailFlow.Delivery.Webhook.Formats;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Formats;

/// <summary>Mail for a format is scanned if the format shows the answer, and only then: its kept request tells.</summary>
public class ShownScansTests
{
    private static string Folder { get; } = Path.Combine(RepositoryFiles.Root, "tests/testdata/webhook/judged");

    public static TheoryData<string> Formats => [.. WebhookFormats.Names];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_format_says_what_it_shows(string format)
    {
        var request = await File.ReadAllTextAsync(Path.Combine(Folder, $"{format}.http"), TestContext.Current.CancellationToken);
        var showsScore = request.Contains("7.25", StringComparison.Ordinal) || request.Contains("spamVerdict", StringComparison.Ordinal);
        Assert.Equal(showsScore, WebhookFormats.ShowsSpam(format));
        Assert.Equal(request.Contains("virus", StringComparison.OrdinalIgnoreCase), WebhookFormats.ShowsVirus(format));
    }
}
