using System.Text;
using System.Text.Json;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

/// <summary>
/// Attacks and mistakes of scripts, in the appliance's own workers, on live mail: each gives 451, a metric and a log line, and does not
/// affect the next message.
/// </summary>
public sealed class Hostile_scripts_affect_no_other_message : IDisposable
{
    private static readonly (string Name, string Script, string Reply, string Says)[] Attacks =
    [
        ("endless-loop", "while (true) {}", "451", "too many statements"),
        ("memory-bomb", "var a = []; while (true) a.push(new Array(1000).join('x') + a.length);", "451", ""),
        ("deep-recursion", "function f() { return f() + 1; } f();", "451", "too deep"),
        ("deep-source", $"var x = {new string('(', 8000)}1{new string(')', 8000)}; reject(554, 'deep ' + x);", "554", ""),
        ("regex-bomb", "/^(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab');", "451", ""),
        ("prototype-tampering",
            "String.prototype.startsWith = function () { return true; }; Array.prototype.push = null; throw new Error('done');", "451",
            "done"),
        ("getter-recursion", "var o = { get a() { return this.a; } }; o.a;", "451", ""),
        // Whether the script finishes depends on the machine's speed; the last statement makes the result the same.
        ("deep-json", "var o = {}; for (var i = 0; i < 30000; i++) o = { a: o }; JSON.stringify(o); throw new Error('through');", "451",
            ""),
        ("chained-iterators",
            "let it = [1].values(); for (let i = 0; i < 90000; i++) it = it.map(x => x); it.next().value; throw new Error('through');",
            "451", ""),
        ("delegated-generators", "function* g(n) { yield* g(n + 1); } [...g(0)];", "451", ""),
        ("big-integers", "let b = 3n; for (;;) b *= b;", "451", ""),
        ("replace-all", "let s = 'aa'; for (let i = 0; i < 40; i++) s = s.replaceAll('a', s);", "451", "memory"),
        ("shared-json", "let o = { a: 1 }; for (let i = 0; i < 40; i++) o = { a: o, b: o }; JSON.stringify(o);", "451", ""),
        ("repeat", "const a = []; for (;;) a.push('x'.repeat(1e6) + a.length);", "451", ""),
        ("huge-array", "new Array(1e9).fill(0);", "451", "an array is too large"),
        ("proxy-tower", "let p = {}; for (let i = 0; i < 40000; i++) p = new Proxy(p, {}); p.x; for (;;);", "451", ""),
        ("bound-tower", "let f = () => 1; for (let i = 0; i < 40000; i++) f = f.bind(null); f(); for (;;);", "451", ""),
        ("tagged-templates", "const t = (s, ...v) => t`${v}`; t`${1}`;", "451", ""),
        ("coercions", "+{ [Symbol.toPrimitive]() { return +this; } };", "451", ""),
        ("microtasks", "const f = () => Promise.resolve().then(f); f();", "451", ""),
        ("never-fulfilled", "await new Promise(() => {});", "451", "nothing will fulfil"),
        ("rejected-unseen", "(async () => { throw new Error('lost'); })();", "451", "lost"),
        ("shared-memory", "new SharedArrayBuffer(8, { maxByteLength: 2 ** 30 });", "451", "SharedArrayBuffer is not defined"),
        ("atomics", "Atomics.wait(new Int32Array(1), 0, 0);", "451", "Atomics is not defined"),
        ("eval", "eval('1');", "451", "compilation"),
        ("deep-parse", "JSON.parse('['.repeat(100000));", "451", ""),
        ("clr-types", "System.IO.File.ReadAllText('/etc/passwd');", "451", "System is not defined"),
        ("huge-log", "var y = new Array(3000).join('y'); for (var i = 0; i < 2000; i++) log(y); throw new Error('logged');", "451",
            "logged"),
    ];

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_attack_fails_alone()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await StartAsync(receiver);
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        var unharmed = 0;
        foreach (var (name, _, reply, says) in Attacks)
        {
            Assert.Equal(
                (name, reply), (name, (await conversation.SendAsync(MailText.Numbered(1), "al@sender.test", $"{name}@example.com"))[..3]));
            if (reply == "451")
            {
                Assert.Equal(1, await appliance.MetricAsync("inboundbridge_rule_errors_total", $"rule=\"{name}\""));
                await Deadline.Usual.UntilAsync(
                    () => appliance.Process.Lines.Any(line => line.Contains("rule_failed", StringComparison.Ordinal)
                        && line.Contains($"scripts/{name}.js", StringComparison.Ordinal) && line.Contains(says, StringComparison.Ordinal)),
                    $"a log line on {name}",
                    () => appliance.Log);
            }
            Assert.StartsWith("250", await conversation.SendAsync(
                MailText.WithAttachment(Encoding.ASCII.GetBytes(name)), "al@sender.test", "ok@example.com"), StringComparison.Ordinal);
            await receiver.WaitForAsync(++unharmed, state: () => appliance.Log);
        }

        var vars = receiver.Accepted[^1].Data.GetProperty("vars");
        Assert.Equal("no", vars.GetProperty("tampered").GetString());
        Assert.Equal("attached by Al <al@sender.test> with huge-log", vars.GetProperty("seen").GetString());
        Assert.Equal(KeysOf(receiver.Accepted[^1].Data), vars.GetProperty("keys").GetString()!.Split(','));
        Assert.InRange(appliance.Process.Lines.Max(line => line.Length), 1, 4000);
        Assert.True(await appliance.MetricAsync("inboundbridge_script_seconds_count") >= Attacks.Length);
        Assert.True(await appliance.MetricAsync("inboundbridge_rule_evaluation_seconds_count", "stage=\"body\"") >= Attacks.Length);
        Assert.Equal(Attacks.Length, await appliance.MetricAsync("inboundbridge_rule_matches_total", "rule=\"unharmed\""));
    }

    [Fact]
    public async Task On_error_hold_keeps_the_mail_instead()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await StartAsync(receiver, "rules: { path: rules, on_error: hold }");
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        Assert.StartsWith(
            "250", await conversation.SendAsync(MailText.Numbered(1), "al@sender.test", "clr-types@example.com"), StringComparison.Ordinal);
        var held = (await appliance.GetJsonAsync("/api/v1/deliveries?state=held")).GetProperty("items")[0];
        Assert.Contains("System is not defined", held.GetProperty("hold_reason").GetString(), StringComparison.Ordinal);
    }

    /// <summary>A script's message has all members of a webhook's data, and two more.</summary>
    private static string[] KeysOf(JsonElement data) =>
        [.. data.EnumerateObject().Select(entry => entry.Name).Append("recipient").Append("sender").Order(StringComparer.Ordinal)];

    private async Task<Appliance> StartAsync(WebhookReceiver receiver, string rulesKey = "rules: { path: rules }")
    {
        var scripts = _folder.CreateFolder("rules/scripts");
        var rules = new StringBuilder("rules:\n");
        foreach (var (name, script, _, _) in Attacks)
        {
            await File.WriteAllTextAsync(Path.Combine(scripts, $"{name}.js"), script);
            rules.Append(
                $"  - {{ name: {name}, when: {{ recipient: {name}@example.com }}, then: [ script: {{ file: scripts/{name}.js }} ] }}\n");
        }
        await File.WriteAllTextAsync(Path.Combine(scripts, "unharmed.js"), """
            set('tampered', message.sender.startsWith('nobody') ? 'yes' : 'no');
            var from = message.headers.filter(function (field) { return field[0] === 'From'; })[0][1];
            var octets = { 'aHVnZS1sb2c=': 'huge-log' };
            set('seen', message.subject + ' by ' + from + ' with ' + (octets[message.attachments[0].content] || message.attachments[0].content));
            set('keys', Object.keys(message).sort().join());
            webhook('app');
            """);
        rules.Append("  - { name: unharmed, when: { recipient: ok@example.com }, then: [ script: { file: scripts/unharmed.js } ] }\n");
        var setup = ApplianceSetup.Write(_folder, rules.ToString(), [ApplianceSetup.Webhook("app", receiver)], "scripts: { timeout: 2s }");
        return await Appliance.StartAsync(_folder, setup.Replace("rules: { path: rules }", rulesKey, StringComparison.Ordinal));
    }
}
