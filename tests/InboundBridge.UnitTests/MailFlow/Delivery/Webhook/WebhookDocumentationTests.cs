using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Delivery.Webhook.Formats;
using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using InboundBridge.MailFlow.Delivery.Webhook.Signing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.Host.Configuration;
using static InboundBridge.UnitTests.MailFlow.Delivery.Webhook.WebhookFixture;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook;

/// <summary>The pages about webhooks: their examples run, and their tables say what the code does.</summary>
public partial class WebhookDocumentationTests
{
    private const string LargeMail =
        "From: al@customer.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nIt broke\r\n"
        + "--b\r\nContent-Disposition: attachment; filename=\"big file.zip\"\r\n\r\n0123456789\r\n--b--\r\n";

    private static string Text { get; } = string.Concat(new[] { "webhooks", "ask-first", "payloads" }
        .Select(page => File.ReadAllText(Path.Combine(RepositoryFiles.Root, $"docs/{page}.md"))));

    [Fact]
    public void Every_configuration_is_valid()
    {
        var blocks = Blocks("yaml");
        Assert.NotEmpty(blocks);
        foreach (var yaml in blocks)
        {
            var configuration = new ConfigurationCase();
            foreach (Match name in Variable().Matches(yaml))
                configuration.Environment[name.Groups[1].Value] = Secret;
            var outcome = configuration.Read(yaml);
            Assert.Empty(outcome.Problems.Items.Select(problem => problem.ToString()));
        }
    }

    [Fact]
    public void The_example_of_a_signature_is_right()
    {
        var example = JsonNode.Parse(Assert.Single(Blocks("json")))!;
        string Of(string key) => example[key]!.GetValue<string>();
        using var body = MailContent.FromMemory(Encoding.UTF8.GetBytes(Of("body")));
        var signer = WebhookSigner.FromSecrets([Of("secret")], Path.GetTempPath());
        Assert.Equal(Of("webhook-signature"), signer.Sign(Of("webhook-id"), long.Parse(Of("webhook-timestamp")), body));
    }

    [Fact]
    public async Task Every_header_of_ours_is_in_the_table_and_every_row_is_sent()
    {
        var handler = new RecordingHandler();
        var content = MailContent.FromMemory(Encoding.ASCII.GetBytes(LargeMail));
        var options = Options with { InlineAttachments = 1, OtherAttachments = LargeAttachments.Omit };
        var attempt = Attempt(Sample with { IsReplay = true }, content) with
        {
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        };
        await DeliverAsync(handler, options, attempt);
        var documented = Rows("Headers of every request").Select(row => row[0].Trim('`'));
        var ours = handler.Request.Headers.Select(header => header.Key)
            .Where(name => name.StartsWith("webhook-", StringComparison.Ordinal) || name.StartsWith("X-", StringComparison.Ordinal)
                || name is "User-Agent" or "traceparent");
        Assert.Equal(documented.Order(StringComparer.Ordinal), ours.Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("2xx", "delivered", new[] { 200, 204, 299 }, WebhookStatusMeaning.Delivered)]
    [InlineData("410", "paused", new[] { 410 }, WebhookStatusMeaning.Pause)]
    [InlineData("3xx", "tried again", new[] { 301, 308, 400, 404, 429, 500, 599 }, WebhookStatusMeaning.Retry)]
    public void An_answer_means_what_its_row_says(string row, string words, int[] statuses, object meaning)
    {
        var text = Rows("What your answer means").Single(cells => cells[0].StartsWith(row, StringComparison.Ordinal));
        Assert.Contains(words, text[1]);
        var webhook = PreparedWebhook.From(Options, Path.GetTempPath());
        Assert.All(statuses, status => Assert.Equal(meaning, webhook.MeaningOf(status)));
    }

    [Fact]
    public async Task The_keys_of_the_native_payload_are_listed_in_their_order()
    {
        var handler = new RecordingHandler();
        await DeliverAsync(handler, attempt: Attempt(content: MailContent.FromMemory(Encoding.ASCII.GetBytes(LargeMail))));
        var data = JsonNode.Parse(handler.Request.Text)!["data"]!.AsObject();
        var rows = Rows("`format: json`");
        Assert.Equal(data.Select(entry => entry.Key), rows.SelectMany(row => Names(row[0])));
        foreach (var (key, inner) in new[] { ("envelope", data["envelope"]!), ("attachments", data["attachments"]![0]!) })
        {
            var row = rows.Single(row => row[0] == $"`{key}`");
            Assert.Equal(inner.AsObject().Select(entry => entry.Key), Names(row[1]));
        }
    }

    [Fact]
    public void Every_dialect_has_a_row_with_its_statuses_and_its_schedule()
    {
        string[] native = ["json", "cloudevents", "raw"];
        var rows = Rows("Coming from a vendor").SelectMany(row => Names(row[0]).Select(format => (Format: format, Row: row))).ToList();
        Assert.Equal(WebhookFormats.Names.Except(native).Order(StringComparer.Ordinal),
            rows.Select(row => row.Format).Order(StringComparer.Ordinal));
        foreach (var (format, row) in rows)
        {
            var webhook = PreparedWebhook.From(Options with { Format = format, Secrets = [] }, Path.GetTempPath());
            Assert.Equal(row[2], Statuses(webhook));
            Assert.Equal(
                row[3], WebhookFormats.DefaultRetry(format) is { } retry ? string.Join(", ", retry.Schedule.Select(Wait)) : "ours");
        }
    }

    private static string Statuses(PreparedWebhook webhook)
    {
        if (webhook.MeaningOf(429) == WebhookStatusMeaning.Reject)
            return "every 4xx, 429 too, fails for good (with `mode: sync`: 554); other failures are tried again";
        var discards = Enumerable.Range(300, 300).Where(status => webhook.MeaningOf(status) == WebhookStatusMeaning.Discard).ToList();
        return discards.Count == 0
            ? "all failures are tried again" : $"{string.Join(", ", discards)} discards; other failures are tried again";
    }

    private static string Wait(TimeSpan wait) => wait < TimeSpan.FromHours(1) ? $"{wait.TotalMinutes} m" : $"{wait.TotalHours} h";

    private static IReadOnlyList<string> Blocks(string language) =>
        [.. Block().Matches(Text).Where(match => match.Groups["language"].Value == language).Select(match => match.Groups["text"].Value)];

    private static string Section(string heading)
    {
        var start = Text.IndexOf($"\n## {heading}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"the pages have no section '{heading}'");
        var end = Text.IndexOf("\n## ", start + 4, StringComparison.Ordinal);
        return end < 0 ? Text[start..] : Text[start..end];
    }

    /// <summary>The cells of a section's first table, without its head.</summary>
    private static List<string[]> Rows(string heading) =>
        [.. Section(heading).Split('\n').SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|')).Skip(2)
            .Select(line => line.Trim('|').Split(" | ").Select(cell => cell.Trim()).ToArray())];

    private static IEnumerable<string> Names(string text) => Name().Matches(text).Select(match => match.Groups[1].Value);

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\$\{([A-Z_]+)\}")]
    private static partial Regex Variable();

    [GeneratedRegex("`([a-z0-9_-]+)`")]
    private static partial Regex Name();
}
