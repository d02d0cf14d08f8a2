using System.Text;
using System.Text.Json.Nodes;
using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.Scripting.Running;
using InboundBridge.UnitTests.Rules.Scripting.Workers;

namespace InboundBridge.UnitTests.Rules.Scripting;

public class ScriptMailTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Such a mail is six times as long as JSON, and ended a worker each time.</summary>
    [Fact]
    public async Task A_mail_of_control_characters_is_cut_and_its_script_runs()
    {
        var mail =
            ScriptMail.From(
                new JsonObject { ["subject"] = "a", ["text"] = new string('\u0001', 2_000_000), ["html"] = "p" }.ToJsonString());
        Assert.InRange(mail.Show(ScriptReads.Everything).Length, 1, ScriptMail.MostOctets);
        await using var pool = InProcessWorker.Pool();
        var answer =
            await pool.RunAsync(
                InProcessWorker.Request(
                    "[message.text.length, message.html, message.truncated]", message: Shown(mail)), Token);
        Assert.Equal($"[{ScriptMail.LongestText},\"p\",[\"text\"]]", answer.Value?.ToJsonString() ?? answer.Error!.ToString());
    }

    [Theory]
    [InlineData("headers", "[]")]
    [InlineData("report", "null")]
    public void A_field_that_is_too_large_is_left_out_and_named(string name, string left)
    {
        var large = new JsonArray([.. Enumerable.Range(0, 30_000).Select(index => (JsonNode)new string('x', 100))]);
        var mail =
            ScriptMail.From(
                new JsonObject
                {
                    ["subject"] = "a",
                    [name] = name == "report"
                    ? new JsonObject { ["rows"] = large } : large
                }.ToJsonString());
        Assert.Equal($$"""{"subject":"a","{{name}}":{{left}},"truncated":["{{name}}"]}""", Shown(mail));
    }

    [Fact]
    public void All_fields_together_are_bounded()
    {
        var mail = new JsonObject();
        for (var index = 0; index < 40; index++)
            mail[$"f{index}"] = new JsonArray(new string('x', 1_000_000));
        Assert.InRange(
            ScriptMail.From(mail.ToJsonString()).Show(ScriptReads.Everything).Length, ScriptMail.MostOctets / 2,
            ScriptMail.MostOctets + 1000);
    }

    [Theory]
    [InlineData("message.subject.startsWith('x')", "subject")]
    [InlineData("message['text'].length > vars.n", "text,vars")]
    [InlineData("const { subject, text: body = '' } = message; body + subject", "subject,text")]
    [InlineData("message.headers.find(([name]) => name === message.message_id)", "headers,message_id")]
    [InlineData("try { nothing() } catch (error) { error.message }", "")]
    [InlineData("message.recipient", "recipient")]
    [InlineData("JSON.stringify(message)", "*")]
    [InlineData("const { subject, ...rest } = message; rest", "*")]
    [InlineData("message[vars.name]", "*,vars")]
    [InlineData("globalThis.message", "*,vars")]
    [InlineData("this.message", "*,vars")]
    [InlineData("const m = message; m.subject", "*")]
    public void What_a_script_reads_is_seen_in_its_source(string source, string expected)
    {
        var reads = ScriptCheck.Examine(new ScriptSource(source, "test.js"), ScriptPurpose.Condition).Source.Reads;
        var fields = reads.Fields is { } named ? named.Order(StringComparer.Ordinal) : (IEnumerable<string>)["*"];
        Assert.Equal(expected, string.Join(',', reads.Vars ? fields.Append("vars") : fields));
    }

    [Fact]
    public void A_worker_gets_only_what_the_script_reads()
    {
        var mail = ScriptMail.From("""{"subject":"a","text":"b","envelope":{"sender":"c"},"attachments":[]}""");
        Assert.Equal("""{"text":"b"}""", Shown(mail, "text"));
        Assert.Equal("""{"envelope":{"sender":"c"}}""", Shown(mail, "sender"));
    }

    private static string Shown(ScriptMail mail, params string[] members) => Encoding.UTF8.GetString(
        mail.Show(members.Length == 0 ? ScriptReads.Everything : new ScriptReads(members.ToHashSet(StringComparer.Ordinal), false)).Span);
}
