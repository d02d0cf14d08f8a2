using InboundBridge.Smtp.Client;

namespace InboundBridge.UnitTests.Smtp.Client;

public class ClientDialogueTests
{
    public static TheoryData<string> Dialogues => [.. ClientDialogue.Names];

    [Theory]
    [MemberData(nameof(Dialogues))]
    public async Task The_client_follows_the_dialogue(string name)
    {
        var dialogue = ClientDialogue.Load(name);
        var (result, server) = await PlayAsync(dialogue, Mischief.None, -1);
        Assert.Empty(server.Complaints);
        Assert.Equal(dialogue.Expected, ClientDialogue.Describe(result));
    }

    public static TheoryData<string, Mischief> DialoguesWithMischief
    {
        get
        {
            var all = new TheoryData<string, Mischief>();
            foreach (var name in ClientDialogue.Names)
            {
                foreach (var mischief in Enum.GetValues<Mischief>().Where(mischief => mischief != Mischief.None))
                    all.Add(name, mischief);
            }
            return all;
        }
    }

    /// <summary>
    /// The server fails at each reply of each dialogue. Only a recipient for which the server replied may count as delivered or refused.
    /// </summary>
    [Theory]
    [MemberData(nameof(DialoguesWithMischief))]
    public async Task Whatever_the_server_does_wrong_the_client_ends_and_reports_only_its_replies(string name, Mischief mischief)
    {
        var dialogue = ClientDialogue.Load(name);
        var replies = dialogue.Steps.Count(step => step[0] == 'S');
        for (var at = 0; at < replies; at++)
        {
            var (result, server) = await PlayAsync(dialogue, mischief, at);
            Assert.Equal(dialogue.Message.Recipients.Count, result.Replies.Count);
            Assert.All(result.Replies, Assert.NotNull);
            var positive = result.Replies.Count(reply => reply.IsPositive);
            Assert.True(positive <= (dialogue.Options.Lmtp ? server.Promises : server.Promises * result.Replies.Count),
                $"{mischief} at {at}: {positive} delivered, {server.Promises} promised");
            if (!server.SaidPermanent && dialogue.Expected.TrueForAll(line => line[0] != '5'))
                Assert.DoesNotContain(result.Replies, reply => reply.IsPermanentFailure);
        }
    }

    private static async Task<(SmtpSendResult Result, ScriptedServer Server)> PlayAsync(ClientDialogue dialogue, Mischief mischief, int at)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
        var clock = new FakeTimeProvider(FakeTime.Start);
        var connection = new MemoryConnection();
        var server = new ScriptedServer(connection.Server, dialogue.Steps, mischief, at);
        var serving = server.PlayAsync();
        var sending = SmtpSender.SendAsync(
            dialogue.Options, dialogue.Message, patience.Token, (_, _) => new(connection.Client), clock).AsTask();
        await Task.WhenAny(server.Silent, sending);
        await clock.AdvanceUntilAsync(sending, patience.Token);
        var result = await sending;
        await serving.WaitAsync(patience.Token);
        return (result, server);
    }
}
