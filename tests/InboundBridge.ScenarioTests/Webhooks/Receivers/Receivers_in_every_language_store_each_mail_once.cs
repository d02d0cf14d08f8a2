using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using InboundBridge.ScenarioTests.Peers;
using InboundBridge.ScenarioTests.SharedSpool;

namespace InboundBridge.ScenarioTests.Webhooks.Receivers;

/// <summary>
/// The programs of examples/receivers, all in the same way: a mail that got 2xx is on disk, once, however often and however it was sent,
/// and nothing else is there.
/// </summary>
public sealed class Receivers_in_every_language_store_each_mail_once : IDisposable
{
    private const string OldSecret = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    /// <summary>What links a file to its name, by strace's names of system calls.</summary>
    private const string Link = "link,linkat";

    private const string Sync = "fsync,fdatasync";

    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"type": "mail.received", "data": {"subject": "Grüße"}}""");

    private readonly PeerFolder _folder = new();

    public static TheoryData<string> Languages => ReceiverLanguage.All;

    public void Dispose() => _folder.Dispose();

    /// <summary>A step of a receiver's work at which it is killed, and which part of its folder the step touches.</summary>
    public static TheoryData<string, string, bool> Kills()
    {
        var kills = new TheoryData<string, string, bool>();
        foreach (var language in ReceiverLanguage.All.Select(row => row.Data))
        {
            kills.Add(language, Sync, false);
            kills.Add(language, Link, false);
            kills.Add(language, Sync, true);
        }
        return kills;
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Mails_of_the_appliance_arrive_whole(string language)
    {
        await using var receiver = await StartAsync(language);
        // While a secret is changed, both sign.
        var destination = $$"""app: { webhook: { url: "http://127.0.0.1:{{receiver.Port}}/mail", """
            + $"secret: [\"{OldSecret}\", \"{ExampleReceiver.Secret}\"], {ApplianceSetup.FastRetries}, "
            + "attachments: { inline: 1MB, otherwise: inline } } }";
        await using var appliance = await Appliance.StartAsync(
            _folder, ApplianceSetup.Write(_folder, ApplianceSetup.Everything("webhook: app"), [destination]));
        var content = new byte[15_000_000];
        RandomNumberGenerator.Fill(content);
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        foreach (var mail in new[] { MailText.Numbered(1, "Help"), MailText.WithAttachment(content) })
        {
            Assert.StartsWith(
                "250", await conversation.SendAsync(mail, "al@sender.test", "support@example.com"), StringComparison.Ordinal);
        }
        await appliance.QueueEmptyAsync();
        Assert.True(await appliance.DeliveriesAsync("delivered") == 2, receiver.Log + appliance.Log);
        Assert.Equal(2, receiver.Stored.Count);

        var (small, large) = (await ReadAsync(receiver.Stored[0]), await ReadAsync(receiver.Stored[1]));
        Assert.Equal("Help 1", small.GetProperty("subject").GetString());
        Assert.Equal(content, large.GetProperty("attachments")[0].GetProperty("content").GetBytesFromBase64());
        var id = Path.GetFileNameWithoutExtension(receiver.Stored[1]);
        await receiver.SaysAsync("stored", id);
        var again = await File.ReadAllBytesAsync(receiver.Stored[1], TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, await receiver.PostAsync(ReceiverRequest.Signed(id, again)));
        await receiver.SaysAsync("repeated", id);
        Assert.Equal(2, receiver.Stored.Count);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Each_request_has_its_answer_and_what_is_stored_outlives_a_kill(string language)
    {
        var receiver = await StartAsync(language);
        await using (receiver)
        {
            foreach (var (what, request, status) in Requests())
                Assert.Equal((what, status), (what, await receiver.PostAsync(request)));
            Assert.Equal(["first.json", "second.json"], receiver.Stored.Select(Path.GetFileName));

            // Connections that break, and bodies that nobody would read to their end.
            await receiver.PostPartAsync(ReceiverRequest.Signed("cut", Body), Body.Length + 10, answered: false);
            Assert.Equal("413", await TooLargeAsync(language, receiver));
            Assert.Equal(HttpStatusCode.NoContent, await receiver.PostAsync(ReceiverRequest.Signed("first", Body)));
            Assert.Equal(2, receiver.Stored.Count);
        }
        await using var restarted = await StartAsync(language);
        Assert.Equal(HttpStatusCode.NoContent, await restarted.PostAsync(ReceiverRequest.Signed("first", Body)));
        await restarted.SaysAsync("repeated", "first");
        Assert.Equal(0, restarted.Says("stored", "first"));
        Assert.Equal(Body, await File.ReadAllBytesAsync(restarted.Stored[0], TestContext.Current.CancellationToken));
        Assert.Equal(2, Directory.GetFiles(restarted.Inbox).Length);
        Assert.False(File.Exists(_folder["outside.json"]));
    }

    /// <summary>Each reaches the moment of naming its file before any of them does it, also in two processes with one folder.</summary>
    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Repeats_at_the_same_time_are_stored_once(string language)
    {
        string[] slow = ["-e", $"trace={Link}", "-e", $"inject={Link}:delay_enter=1000000"];
        await using var one = await StartAsync(language, slow);
        await using var other = await StartAsync(language, slow);
        var answers = await Task.WhenAll(new[] { one, other, one, other }.Select(
            receiver => receiver.PostAsync(ReceiverRequest.Signed("twice", Body))));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.NoContent, answer));
        await Deadline.Usual.UntilAsync(
            () => new[] { one, other }.Sum(receiver => receiver.Says("stored", "twice") + receiver.Says("repeated", "twice")) == 4,
            "four lines", () => one.Log + other.Log);
        Assert.Equal(1, one.Says("stored", "twice") + other.Says("stored", "twice"));
        Assert.Equal(Body, await File.ReadAllBytesAsync(
            Assert.Single(Directory.GetFiles(one.Inbox)), TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Kills))]
    public async Task A_kill_leaves_the_whole_mail_or_none(string language, string call, bool ofFolder)
    {
        var inbox = _folder.CreateFolder("inbox");
        string[] of = ofFolder ? ["-P", inbox] : [];
        await using (var killed = await StartAsync(language, [.. of, "-e", $"trace={call}", "-e", $"inject={call}:signal=SIGKILL"]))
        {
            Assert.Null(await killed.PostAsync(ReceiverRequest.Signed("interrupted", Body)));
            await killed.EndAsync();
            Assert.Equal(ofFolder ? 1 : 0, killed.Stored.Count);
        }
        await using var restarted = await StartAsync(language);
        Assert.Equal(HttpStatusCode.NoContent, await restarted.PostAsync(ReceiverRequest.Signed("interrupted", Body)));
        await restarted.SaysAsync(ofFolder ? "repeated" : "stored", "interrupted");
        Assert.Equal(Body, await File.ReadAllBytesAsync(Assert.Single(restarted.Stored), TestContext.Current.CancellationToken));
    }

    /// <summary>A disk that does not write the mail, one that does not write its name, and a folder that is gone.</summary>
    [Theory]
    [MemberData(nameof(Languages))]
    public async Task A_disk_that_fails_gets_no_mail_lost(string language)
    {
        var inbox = _folder.CreateFolder("inbox");
        foreach (var of in new string[][] { [], ["-P", inbox] })
        {
            await using var failing = await StartAsync(language, [.. of, "-e", $"trace={Sync}", "-e", $"inject={Sync}:error=EIO"]);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await failing.PostAsync(ReceiverRequest.Signed("mail", Body)));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await failing.PostAsync(ReceiverRequest.Signed("mail", Body)));
            Assert.Equal(of.Length == 0 ? 0 : 1, Directory.GetFiles(inbox).Length);
        }
        await using var receiver = await StartAsync(language);
        Directory.Move(inbox, _folder["elsewhere"]);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await FailedAsync(receiver));
        await File.WriteAllTextAsync(inbox, "no folder", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await FailedAsync(receiver));
        File.Delete(inbox);
        Directory.Move(_folder["elsewhere"], inbox);
        Assert.Equal(HttpStatusCode.NoContent, await receiver.PostAsync(ReceiverRequest.Signed("mail", Body)));
        Assert.Equal(HttpStatusCode.NoContent, await receiver.PostAsync(ReceiverRequest.Signed("other", Body)));
        Assert.Equal(["mail.json", "other.json"], receiver.Stored.Select(Path.GetFileName));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task A_full_disk_gets_no_mail_lost(string language)
    {
        await using var disk = await SmallDisk.MountAsync(_folder, megabytes: 2, "root");
        if (disk is null)
            Assert.Skip("this machine lets no test mount a small file system");
        var inbox = Directory.CreateDirectory(Path.Combine(disk.Path, "inbox")).FullName;
        await using var receiver = await ExampleReceiver.StartAsync(language, inbox);
        disk.FillUp();
        byte[] large = [.. Body, .. Encoding.ASCII.GetBytes(new string(' ', 1_000_000))];
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await receiver.PostAsync(ReceiverRequest.Signed("mail", large)));
        Assert.Empty(Directory.GetFiles(inbox));
        disk.MakeRoom();
        Assert.Equal(HttpStatusCode.NoContent, await receiver.PostAsync(ReceiverRequest.Signed("mail", large)));
        Assert.Equal(large, await File.ReadAllBytesAsync(
            Assert.Single(Directory.GetFiles(inbox)), TestContext.Current.CancellationToken));
    }

    /// <summary>PHP's own server reads every request to its end before it calls a script; the others look at the length first.</summary>
    private static async Task<string?> TooLargeAsync(string language, ExampleReceiver receiver)
    {
        const int size = 130 * 1024 * 1024;
        if (language == "php")
            return ((int?)await receiver.PostAsync(ReceiverRequest.Signed("huge", new byte[size])))?.ToString(CultureInfo.InvariantCulture);
        return (await receiver.PostPartAsync(ReceiverRequest.Signed("huge", Body), size, answered: true))?.Split(' ')[1];
    }

    private static Task<HttpStatusCode?> FailedAsync(ExampleReceiver receiver) =>
        receiver.PostAsync(ReceiverRequest.Signed("other", Body));

    private static IEnumerable<(string What, ReceiverRequest Request, HttpStatusCode Status)> Requests()
    {
        var good = ReceiverRequest.Signed("first", Body);
        var (stored, refused) = (HttpStatusCode.NoContent, HttpStatusCode.Unauthorized);
        yield return ("is anybody there", good with { Method = HttpMethod.Head, Body = [] }, stored);
        yield return ("another method", good with { Method = HttpMethod.Put }, HttpStatusCode.MethodNotAllowed);
        yield return ("good", good, stored);
        yield return ("repeated", good, stored);
        yield return ("another attempt", ReceiverRequest.Signed("first", Body, minutes: 1), stored);
        yield return ("signed by two secrets", ReceiverRequest.Signed("second", Body, 0, OldSecret, ExampleReceiver.Secret), stored);
        yield return ("an octet more", good with { Body = [.. Body, (byte)' '] }, refused);
        yield return ("an octet changed", good with { Body = [.. Body[..^2], (byte)' ', (byte)'}'] }, refused);
        yield return ("empty", good with { Body = [] }, refused);
        yield return ("another id", good.With("webhook-id", _ => "other"), refused);
        yield return ("another time", good.With("webhook-timestamp", time => $"{time[..^1]}{(time[^1] == '0' ? '1' : '0')}"), refused);
        yield return ("no time", good.With("webhook-timestamp", _ => "soon"), refused);
        yield return ("a time of many digits", good.With("webhook-timestamp", time => $"00000000000000000000{time}"), refused);
        yield return ("without an id", good.With("webhook-id", _ => null), refused);
        yield return ("without a time", good.With("webhook-timestamp", _ => null), refused);
        yield return ("without a signature", good.With("webhook-signature", _ => null), refused);
        yield return ("an empty signature", good.With("webhook-signature", _ => "v1,"), refused);
        yield return ("a part of the signature", good.With("webhook-signature", text => text[..^4]), refused);
        yield return ("a signature of another kind", good.With("webhook-signature", text => $"v2{text[2..]}"), refused);
        yield return ("a signature without its kind", good.With("webhook-signature", text => text[3..]), refused);
        yield return ("no base64", good.With("webhook-signature", _ => "v1,\"'*"), refused);
        yield return ("another secret", ReceiverRequest.Signed("other", Body, 0, OldSecret), refused);
        yield return ("too old", ReceiverRequest.Signed("other", Body, minutes: -6), refused);
        yield return ("of the future", ReceiverRequest.Signed("other", Body, minutes: 6), refused);
        yield return ("an id that is a path", ReceiverRequest.Signed("../outside", Body), refused);
        yield return ("an id that is hidden", ReceiverRequest.Signed(".hidden", Body), refused);
        yield return ("an id that is long", ReceiverRequest.Signed(new string('a', 101), Body), refused);
    }

    private Task<ExampleReceiver> StartAsync(string language, params string[] strace) =>
        ExampleReceiver.StartAsync(language, _folder.CreateFolder("inbox"), strace);

    private static async Task<JsonElement> ReadAsync(string file)
    {
        await using var stream = File.OpenRead(file);
        using var json = await JsonDocument.ParseAsync(stream, cancellationToken: TestContext.Current.CancellationToken);
        return json.RootElement.GetProperty("data").Clone();
    }
}
