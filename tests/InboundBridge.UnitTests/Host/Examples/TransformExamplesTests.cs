using System.Text;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Destinations;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Sources;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Rules.Scripting.Workers;
using InboundBridge.UnitTests.Host.Examples.Receivers;
using InboundBridge.UnitTests.MailFlow.Delivery.Webhook;
using InboundBridge.UnitTests.Rules.Scripting.Workers;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.Host.Examples;

/// <summary>Every script of examples/transforms makes requests that its service takes, whatever the mail says.</summary>
public sealed class TransformExamplesTests : IAsyncDisposable
{
    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "examples/transforms");

    private static readonly string[] Services = ["slack", "discord", "teams", "github", "zendesk", "form"];

    private static readonly Lazy<ApplianceOptions> Options = new(() => ConfigurationReader.Read(new ConfigurationSource
    {
        Environment = new Dictionary<string, string>(StringComparer.Ordinal),
        CurrentFolder = Folder,
        MachineName = "mx1",
        Files = new DiskConfigurationFiles(),
    }).Options!);

    private readonly ScriptWorkerPool _workers = InProcessWorker.Pool();

    public static TheoryData<string, string> Mails()
    {
        var data = new TheoryData<string, string>();
        foreach (var service in Services)
            foreach (var mail in HostileMails.All.Keys)
                data.Add(service, mail);
        return data;
    }

    public ValueTask DisposeAsync() => _workers.DisposeAsync();

    [Theory]
    [MemberData(nameof(Mails))]
    public async Task The_service_takes_what_is_made_of_a_hostile_mail(string service, string mail)
    {
        using var api = Api(service);
        var outcome = await DeliverAsync(api, HostileMails.All[mail]);
        Assert.True(outcome is DeliveryOutcome.Delivered, $"{outcome}: {string.Join(", ", api.Refused)}");
        Assert.Empty(api.Refused);
    }

    /// <summary>Texts of the letters that services give a meaning, at random but always the same.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_service_takes_what_is_made_of_random_mails(string service)
    {
        string[] parts =
        [
            "&", "<", ">", "!", "@", "\\", "`", "````", "{{", "}", "[", "](", "😀", "é", "漢", "\u202e", "\u001b", "\"", " ", "\r\n", "a",
            "*", "#1",
        ];
        var random = new Random(20260102);
        using var api = Api(service);
        for (var round = 0; round < 40; round++)
        {
            string Text(int most) => string.Concat(Enumerable.Range(0, random.Next(most)).Select(_ => parts[random.Next(parts.Length)]));
            var subject = $"=?utf-8?b?{Convert.ToBase64String(Encoding.UTF8.GetBytes(Text(400)))}?=";
            var text = Convert.ToBase64String(Encoding.UTF8.GetBytes(Text(9000)), Base64FormattingOptions.InsertLineBreaks);
            var mail = $"From: al@customer.example\r\nSubject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + $"Content-Transfer-Encoding: base64\r\n\r\n{text}\r\n";
            var outcome = await DeliverAsync(api, mail);
            Assert.True(outcome is DeliveryOutcome.Delivered, $"round {round}: {outcome}: {string.Join(", ", api.Refused)}");
        }
        Assert.Equal(40, api.Accepted.Count);
    }

    /// <summary>The imitations are no walk-over: each refuses what the service would.</summary>
    [Theory]
    [InlineData("slack", """{"text":"<!channel>","blocks":[{"type":"section","text":{"type":"plain_text","text":"x"}}]}""")]
    [InlineData("slack", """{"text":"","blocks":[]}""")]
    [InlineData("discord", """{"content":"@everyone"}""")]
    [InlineData("discord", """{"content":"x","embeds":[{"description":"[bank](http://e.example)"}],"allowed_mentions":{"parse":[]}}""")]
    [InlineData("teams", """{"type":"message","attachments":[]}""")]
    [InlineData("github", """{"title":"x","body":"@octocat","labels":[]}""")]
    [InlineData("zendesk", """{"ticket":{"comment":{"body":""}}}""")]
    [InlineData("form", "a=b")]
    public async Task An_imitation_refuses_what_its_service_refuses(string service, string body)
    {
        using var api = Api(service);
        using var client = new HttpClient(api, disposeHandler: false);
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://localhost/")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("User-Agent", "x");
        request.Headers.Add("Accept", "application/vnd.github+json");
        request.Headers.Add("Authorization", service == "github" ? "Bearer example" : "Basic eA==");
        request.Headers.Add("Idempotency-Key", "x");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("github", "From: <>\r\nAuto-Submitted: auto-replied\r\nSubject: Away\r\n\r\nx\r\n")]
    public async Task A_script_may_skip_a_mail(string service, string mail)
    {
        using var api = Api(service);
        var outcome = Assert.IsType<DeliveryOutcome.Delivered>(await DeliverAsync(api, mail));
        Assert.Equal("skipped by the transform", outcome.Reply.Text);
        Assert.Empty(api.Accepted);
    }

    public static TheoryData<string> Names => [.. Services];

    private async Task<DeliveryOutcome> DeliverAsync(ImitatedApi api, string mail)
    {
        var destination = Options.Value.Destinations.Single(each => each.Name == api.Name);
        var requests = new RequestServices(WebhookFixture.Services(api), _workers, NullLoggerFactory.Instance);
        var services = new DestinationServices(requests, null!, null!, TimeProvider.System, NullLoggerFactory.Instance);
        await using var target = DestinationKinds.Of(destination).Open(destination, services);
        var octets = Encoding.UTF8.GetBytes(mail);
        var delivery = WebhookFixture.Sample with { Destination = api.Name, Tags = ["brand a b"] };
        return await target.DeliverAsync(
            WebhookFixture.Attempt(delivery, MailContent.FromMemory(octets)), TestContext.Current.CancellationToken);
    }

    private static ImitatedApi Api(string service) => service switch
    {
        "slack" => new SlackApi(),
        "discord" => new DiscordApi(),
        "teams" => new TeamsApi(),
        "github" => new GitHubApi(),
        "zendesk" => new ZendeskApi(),
        _ => new FormApi(),
    };
}
