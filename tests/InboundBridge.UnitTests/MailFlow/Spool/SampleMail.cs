using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool;

/// <summary>Sample messages and deliveries for tests of the spool and the queue.</summary>
internal static class SampleMail
{
    /// <summary>Random octets, different for each seed and each place in a mail.</summary>
    public static byte[] Octets(int seed, int length)
    {
        var octets = new byte[length];
        new Random(seed).NextBytes(octets);
        return octets;
    }

    public static async Task<StagedMessage> StageAsync(IMailSpool spool, string id, byte[] octets, byte[]? prelude = null)
    {
        var staged = spool.Stage(id, prelude);
        await staged.WriteAsync(octets, CancellationToken.None);
        await staged.SealAsync(CancellationToken.None);
        return staged;
    }

    public static SpooledMessage Message(StagedMessage staged, DateTimeOffset now, string sender = "al@example.org") => new()
    {
        Id = staged.Id,
        ReceivedAt = now,
        Envelope = new MailEnvelope
        {
            Sender = sender,
            Recipients =
                [new MailRecipient("ann@example.com") { Notify = RecipientNotify.Failure, OriginalRecipient = "rfc822;ann@example.com" },
                    new MailRecipient("bob@example.com")],
            Helo = "client.example.org",
            ClientIp = "192.0.2.1",
            TlsVersion = "TLSv1.3",
            SmtpUtf8 = true,
            DsnReturn = "HDRS",
        },
        Size = staged.Content.Length,
        PreludeLength = staged.Content.PreludeLength,
        Sha256 = staged.Sha256,
        ConfigVersion = "v1",
        Subject = "Grüße",
        AuthenticationJson = """{"verdict":"pass"}""",
        ResultsField = "Authentication-Results: mx.example.com; none\r\n",
    };

    public static SpooledDelivery Delivery(string id, string messageId, DateTimeOffset now, string destination = "hook") => new()
    {
        Id = id,
        MessageId = messageId,
        Destination = destination,
        Recipients = [new MailRecipient("ann@store", "ann@example.com"), new MailRecipient("bob@store", "bob@example.com")],
        Rule = "support",
        Tags = ["support", "vip"],
        Vars = new Dictionary<string, string>(StringComparer.Ordinal) { ["ticket"] = "42" },
        HeaderEdits = [new StoredHeaderEdit("X-A", "b"), new StoredHeaderEdit("X-B", null)],
        OptionsJson = """{"format":"raw"}""",
        State = DeliveryState.Pending,
        CreatedAt = now,
        NextAttemptAt = now,
    };

    /// <summary>Commits a mail with a delivery for each destination; the ids derive from the message's.</summary>
    public static async Task<SpooledMessage> CommitAsync(
        IMailSpool spool, string id, byte[] octets, DateTimeOffset now, params string[] destinations)
    {
        await using var staged = await StageAsync(spool, id, octets);
        var message = Message(staged, now);
        var deliveries = destinations.Select((name, index) => Delivery($"{id}-{index}", id, now, name)).ToList();
        await spool.CommitAsync(staged, message, deliveries, NewClaims.None, CancellationToken.None);
        return message;
    }

    public static async Task<byte[]> ReadAsync(IMailSpool spool, string id)
    {
        using var source = await spool.OpenContentAsync(id, CancellationToken.None);
        Assert.NotNull(source);
        var octets = new byte[source.Length];
        var read = 0;
        for (int count; read < octets.Length && (count = source.Read(read, octets.AsSpan(read))) > 0;)
            read += count;
        Assert.Equal(octets.Length, read);
        return octets;
    }

    /// <summary>The open deliveries that nobody has claimed, in the order in which they would be claimed. They stay unclaimed.</summary>
    public static async Task<IReadOnlyList<SpooledDelivery>> DueAsync(IMailSpool spool, string destination, bool keepsOrder, int limit)
    {
        var terms = new ClaimTerms("somebody who looks", TimeSpan.FromMinutes(1));
        var result =
            await spool.ClaimAsync(
                new ClaimRequest(destination, keepsOrder, limit, DateTimeOffset.MaxValue, terms), CancellationToken.None);
        await spool.ReleaseAsync(
            [.. result.Claimed.Select(claimed => new DeliveryClaim(claimed.Delivery.Id, terms.Owner, claimed.Fence))],
            CancellationToken.None);
        return [.. result.Claimed.Select(claimed => claimed.Delivery)];
    }
}
