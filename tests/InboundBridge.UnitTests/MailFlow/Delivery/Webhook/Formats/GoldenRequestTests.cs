using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using InboundBridge.MailFlow.Delivery.Webhook;
using InboundBridge.MailFlow.Delivery.Webhook.Formats;
using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Formats;

/// <summary>
/// Every format's request for every case of tests/testdata/webhook, octet for octet: FORMAT.http is request line, headers, empty line,
/// body. To write them again after an intended change, run with UPDATE_GOLDEN=1 and review the difference.
/// </summary>
public class GoldenRequestTests
{
    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "tests/testdata/webhook");

    private static readonly JsonSerializerOptions Reading = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static TheoryData<string, string> Requests()
    {
        var data = new TheoryData<string, string>();
        foreach (var folder in Directory.GetDirectories(Folder).Order(StringComparer.Ordinal))
        {
            foreach (var format in WebhookFormats.Names)
                data.Add(Path.GetFileName(folder), format);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task The_request_equals_the_golden_file(string name, string format)
    {
        var request = await SendAsync(name, format);
        var written = Write(request);
        var file = Path.Combine(Folder, name, $"{format}.http");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            await File.WriteAllBytesAsync(file, written);
        Assert.Equal(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)), Encoding.Latin1.GetString(written));
    }

    /// <summary>A mail in a file is read in pieces, which may end inside a character or a line.</summary>
    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_mail_read_in_small_pieces_makes_the_same_request(string name, string format)
    {
        var whole = await SendAsync(name, format);
        var pieces = await SendAsync(name, format, mail => new ChunkedContent(mail, 3));
        Assert.Equal(Encoding.Latin1.GetString(Write(whole)), Encoding.Latin1.GetString(Write(pieces)));
    }

    /// <summary>A mail in a remote store is fetched before the request is composed.</summary>
    [Theory]
    [InlineData("json")]
    [InlineData("raw")]
    public async Task A_mail_in_a_remote_store_makes_the_same_request(string format)
    {
        var name = Path.GetFileName(Directory.EnumerateDirectories(Folder).Order(StringComparer.Ordinal).First());
        var whole = await SendAsync(name, format);
        var remote = await SendAsync(name, format, mail => new RemoteContent(mail));
        Assert.Equal(Encoding.Latin1.GetString(Write(whole)), Encoding.Latin1.GetString(Write(remote)));
    }

    internal static async Task<RecordedRequest> SendAsync(string name, string format, Func<byte[], MailContent>? open = null)
    {
        var sample = JsonSerializer.Deserialize<Case>(await File.ReadAllBytesAsync(Path.Combine(Folder, name, "case.json")), Reading)!;
        var mail = await File.ReadAllBytesAsync(Path.Combine(Folder, name, "mail.eml"));
        var handler = new RecordingHandler();
        var target = new WebhookTarget(sample.Options with { Format = format }, WebhookFixture.Services(handler));
        Assert.IsType<DeliveryOutcome.Delivered>(
            await target.DeliverAsync(
                new DeliveryAttempt(sample.Delivery, sample.Message, open?.Invoke(mail) ?? MailContent.FromMemory(mail), 2),
                CancellationToken.None));
        return handler.Request;
    }

    private static byte[] Write(RecordedRequest request)
    {
        var header =
            new StringBuilder($"{request.Method} {request.Url.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped)}\n");
        foreach (var (name, value) in request.Headers)
            header.Append($"{name}: {value}\n");
        return [.. Encoding.UTF8.GetBytes(header.Append('\n').ToString()), .. request.Body];
    }

    private sealed record Case
    {
        public required SpooledMessage Message { get; init; }

        public required SpooledDelivery Delivery { get; init; }

        public required WebhookOptions Options { get; init; }
    }
}
