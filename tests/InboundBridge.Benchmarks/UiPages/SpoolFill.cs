using System.Diagnostics;
using System.Globalization;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Benchmarks.UiPages;

/// <summary>
/// Fills a spool with mails of the last twenty days: 97 of 100 are delivered, the others dead, held, cancelled or retrying. Some senders,
/// subjects, tags and rules are rare.
/// </summary>
internal sealed class SpoolFill(IMailSpool spool, int count)
{
    /// <summary>Mails that are committed together.</summary>
    private const int Group = 2000;

    private const string Authentication = """
        {"verdict":"pass","spf":{"result":"pass","domain":"sender.test"},
        "dkim":[{"result":"pass","domain":"sender.test","selector":"s1","algorithm":"rsa-sha256"}],
        "dmarc":{"result":"pass","policy":"none","domain":"sender.test"},"arc":{"result":"none"},
        "iprev":{"result":"pass","name":"mail.sender.test"}}
        """;

    private static readonly TimeSpan Age = TimeSpan.FromDays(20);
    private static readonly byte[] Mail = "From: al@sender.test\r\nSubject: x\r\n\r\nHello\r\n"u8.ToArray();

    private readonly SetClock _clock = new();

    public async Task RunAsync(CancellationToken cancellation)
    {
        var (ids, last, started) = (new MessageIdSource(_clock), TimeProvider.System.GetUtcNow(), Stopwatch.StartNew());
        for (var first = 0; first < count; first += Group)
        {
            var group = new List<Task>(Group);
            for (var index = first; index < Math.Min(count, first + Group); index++)
            {
                _clock.Now = last - Age + Age * ((double)index / count);
                group.Add(AddAsync(index, ids.Next(), ids.Next(), _clock.Now, last));
            }
            await Task.WhenAll(group);
            cancellation.ThrowIfCancellationRequested();
            if (first % (50 * Group) == 0)
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"  {first + Group:N0} stored after {started.Elapsed.TotalSeconds:0} s"));
        }
    }

    private async Task AddAsync(int index, string id, string deliveryId, DateTimeOffset at, DateTimeOffset now)
    {
        await using var staged = spool.Stage(id);
        await staged.WriteAsync(Mail, CancellationToken.None);
        await staged.SealAsync(CancellationToken.None);
        await spool.CommitAsync(staged, MessageOf(index, staged, at), [DeliveryOf(index, id, deliveryId, at, now)], NewClaims.None,
            CancellationToken.None);
    }

    private SpooledMessage MessageOf(int index, StagedMessage staged, DateTimeOffset at) => new()
    {
        Id = staged.Id,
        ReceivedAt = at,
        Envelope = new MailEnvelope
        {
            Sender = IsRare(index) ? "rare@rare.test" : $"customer{index % 5000}@sender{index % 200}.test",
            Recipients = [new MailRecipient($"support+{index % 900}@example.com")],
            Helo = "mail.sender.test",
            ClientIp = "192.0.2.1",
            ClientName = "mail.sender.test",
            TlsVersion = "TLSv1.3",
            Listener = "mx",
        },
        Size = staged.Length,
        Sha256 = staged.Sha256,
        ConfigVersion = "1",
        Subject = IsRare(index) ? "A rare subject" : $"Order {index} of a subject with usual length, [#{index % 1000}]",
        AuthenticationJson = Authentication,
        ResultsField = "Authentication-Results: mx.example.com; spf=pass smtp.mailfrom=sender.test; dkim=pass header.d=sender.test\r\n",
    };

    private SpooledDelivery DeliveryOf(int index, string id, string deliveryId, DateTimeOffset at, DateTimeOffset now)
    {
        var state = StateOf(index);
        var isOpen = DeliveryTransitions.IsOpen(state);
        return new SpooledDelivery
        {
            Id = deliveryId,
            MessageId = id,
            Destination = isOpen ? "down" : "app",
            Recipients = [new MailRecipient("support@example.com", "support@example.com")],
            Rule = IsRare(index) ? "a rare rule" : $"rule {index % 50}",
            Tags = IsRare(index) ? ["rare", "order"] : index % 4 == 0 ? ["order", "shop"] : [],
            State = state,
            Attempts = 1,
            CreatedAt = at,
            // Nothing is attempted while pages are measured.
            NextAttemptAt = isOpen ? now.AddDays(1) : at,
            EndedAt = isOpen || state == DeliveryState.Held ? null : at.AddSeconds(1),
            HoldReason = state == DeliveryState.Held ? "look at it" : null,
            LastReply = DeliveryReply.FromText(state == DeliveryState.Delivered ? "200 OK" : "503 Service Unavailable"),
        };
    }

    /// <summary>Ten of them, the newest in the middle.</summary>
    private bool IsRare(int index) => index < count / 2 && index % Math.Max(1, count / 20) == 1;

    private static DeliveryState StateOf(int index) => (index % 1000) switch
    {
        < 970 => DeliveryState.Delivered,
        < 985 => DeliveryState.Dead,
        < 993 => DeliveryState.Cancelled,
        < 998 => DeliveryState.Held,
        _ => DeliveryState.Retrying,
    };
}
