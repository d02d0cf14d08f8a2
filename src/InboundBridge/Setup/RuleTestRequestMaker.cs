using System.Net;
using System.Security.Cryptography;
using InboundBridge.Configuration.Destinations;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Sources;
using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using InboundBridge.MailFlow.Delivery.Webhook.Sending;
using InboundBridge.MailFlow.Delivery.Webhook.Signing;
using InboundBridge.MailFlow.Delivery.Webhook.Transport;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.SenderAuthentication.ResultsField;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.Setup;

/// <summary>
/// Makes the requests that rule tests compare (<c>expect: { request: … }</c>), with the code that delivers. Sends nothing.
/// </summary>
internal sealed class RuleTestRequestMaker(ConfigurationSource source, ApplianceOptions options) : IAsyncDisposable
{
    /// <summary>
    /// Elapsed time of a transform, at least: a start must not be refused because the machine is busy. Statements are limited as for mail.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LinkLifetime = TimeSpan.FromDays(3);

    /// <summary>Creates a pool of connections only when one is used, and none is.</summary>
    private readonly WebhookConnections _connections = new(TimeProvider.System);

    /// <summary>Workers that end with the tests, and count in no metric of the appliance. Each starts when a transform runs.</summary>
    private readonly ScriptWorkers _scripts = new(TimeProvider.System);

    /// <summary>Runs rule tests as this configuration has it: its stored mails, these requests, the checks that it enforces.</summary>
    public RuleTestRunner RunnerOf(RuleEvaluator evaluator) =>
        new(evaluator, new RuleTestMails(source).Read, MakeAsync) { Enforcement = TestEnforcement.Of(options) };

    public async ValueTask<RuleTestRequest> MakeAsync(RuleTestOccasion occasion, CancellationToken cancellationToken)
    {
        var destination = options.Destinations.First(each => each.Name == occasion.Delivery.Destination);
        try
        {
            var octets = occasion.Test.Eml is { } path
                ? new RuleTestMails(source).Octets(occasion.Test.Position.File, path)
                    ?? throw new IOException($"there is no mail '{path}'")
                : RuleTestMail.Write(occasion);
            using var content = MailContent.FromMemory(octets);
            var attempt = new DeliveryAttempt(DeliveryOf(occasion), MessageOf(occasion, octets), content, 1);
            var preview = await DestinationKinds.Of(destination)
                .PreviewAsync(destination, ServicesAt(occasion.Now), attempt, hidesSignatures: true, cancellationToken);
            return preview is null
                ? new RuleTestRequest { Problem = "it is sent no requests" }
                : await RequestOfAsync(preview, cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or FormatException or ArgumentException)
        {
            return new RuleTestRequest { Problem = fault.Message };
        }
    }

    public ValueTask DisposeAsync()
    {
        _connections.Dispose();
        return _scripts.DisposeAsync();
    }

    private RequestServices ServicesAt(DateTimeOffset now)
    {
        var clock = new StandingClock(now);
        var webhooks = new WebhookServices
        {
            Connections = _connections,
            Links = new LinkSigner(options.Http.PublicUrl, new byte[32], LinkLifetime, clock),
            Mime = options.Smtp.Mime,
            Clock = clock,
            Version = ProductVersion.Text,
        };
        var limits = options.Scripts with
        {
            Timeout = options.Scripts.Timeout > Patience ? options.Scripts.Timeout : Patience,
        };
        return new RequestServices(webhooks, _scripts.Transforms(limits), NullLoggerFactory.Instance);
    }

    private static async ValueTask<RuleTestRequest> RequestOfAsync(WebhookPreview preview, CancellationToken cancellationToken)
    {
        if (preview.Problem is not null || preview.SkipReason is not null)
            return new RuleTestRequest { Problem = preview.Problem, SkipReason = preview.SkipReason };
        var shown = preview.WithoutCredentials();
        var body = await RequestBody.ReadAsync(preview, cancellationToken);
        return new RuleTestRequest
        {
            Url = preview.Url!,
            ShownUrl = shown.Url!,
            Headers = [.. preview.Headers.Zip(shown.Headers, (real, hidden) => new RuleTestHeader(real.Key, real.Value, hidden.Value))],
            Text = body.Text,
            Parsed = body.Parsed,
            IsForm = body.IsForm,
        };
    }

    private SpooledMessage MessageOf(RuleTestOccasion occasion, byte[] octets)
    {
        var facts = occasion.Facts;
        return new SpooledMessage
        {
            Id = occasion.Id,
            ReceivedAt = occasion.Now,
            Envelope = new MailEnvelope
            {
                Sender = RuleTestMail.Text(facts, Fact.Sender) ?? string.Empty,
                Recipients = [new MailRecipient(occasion.Recipient)],
                Helo = RuleTestMail.Text(facts, Fact.Helo),
                ClientIp = RuleTestMail.Text(facts, Fact.ClientIp),
                ClientName = RuleTestMail.Text(facts, Fact.ClientName),
                TlsVersion = RuleTestMail.Text(facts, Fact.Tls),
                User = RuleTestMail.Text(facts, Fact.User),
            },
            Size = facts.Get(Fact.Size) is { Shape: FactShape.Number } size ? (long)size.Number : octets.Length,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(octets)),
            ConfigVersion = options.Version,
            Subject = RuleTestMail.Text(facts, Fact.Subject),
            AuthenticationJson = occasion.AuthenticationJson,
            ResultsField = ResultsOf(occasion),
        };
    }

    /// <summary>The Authentication-Results field, as live mail has it; null where the test gives no result that stands there.</summary>
    private string? ResultsOf(RuleTestOccasion occasion)
    {
        var verdicts = VerdictsReader.Read(occasion.AuthenticationJson);
        var results = new[] { verdicts.Spf.Result, verdicts.Dmarc.Result, verdicts.Arc.Result };
        if (verdicts.Dkim.Count == 0 && results.All(result => result == CheckResult.None))
            return null;
        return AuthenticationResults.Compose(new ResultsFieldInput(options.Authentication.AuthservId, verdicts)
        {
            Client = IPAddress.TryParse(RuleTestMail.Text(occasion.Facts, Fact.ClientIp), out var client) ? client : null,
            MailFrom = RuleTestMail.Text(occasion.Facts, Fact.Sender),
        });
    }

    private static SpooledDelivery DeliveryOf(RuleTestOccasion occasion)
    {
        var (decision, delivery) = (occasion.Decision, occasion.Delivery);
        return new SpooledDelivery
        {
            Id = occasion.Id,
            MessageId = occasion.Id,
            Destination = delivery.Destination!,
            Recipients = [new MailRecipient(delivery.Recipient, occasion.Recipient)],
            Rule = decision.Rule,
            Tags = decision.Tags,
            Vars = decision.Vars,
            HeaderEdits = [.. decision.HeaderEdits.Select(edit => new StoredHeaderEdit(edit.Name, edit.Value))],
            OptionsJson = delivery.OptionsJson,
            CreatedAt = occasion.Now,
            NextAttemptAt = occasion.Now,
        };
    }

    /// <summary>The time of the test, so that a request is the same in every run.</summary>
    private sealed class StandingClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
