using System.Xml.Linq;
using InboundBridge.Commands;
using InboundBridge.Commands.Parsing;
using InboundBridge.Configuration.Secrets;
using InboundBridge.Terminal;

namespace InboundBridge.UnitTests.Host.Commands;

public sealed class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ib-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("chekc")]
    [InlineData("run", "--confg", "x")]
    [InlineData("send")]
    [InlineData("send", "--to", "a@b", "--count", "0")]
    [InlineData("send", "--to", "a@b", "--tls", "maybe")]
    [InlineData("schema")]
    [InlineData("hash-password", "--iterations", "5")]
    public async Task Bad_usage_ends_with_2(params string[] arguments)
    {
        var run = new CommandRun();
        Assert.Equal(2, await run.RunAsync(arguments));
        Assert.Empty(run.Out);
        Assert.NotEmpty(run.Error);
    }

    [Theory]
    [InlineData("messages", "delete", "one", "--ys")]
    [InlineData("messages", "replay", "one", "--too", "x")]
    [InlineData("messages", "replay", "one", "-x")]
    [InlineData("deliveries", "retry", "one", "--destinaton", "x")]
    [InlineData("messages", "show", "--jsn")]
    [InlineData("messages", "list", "--subject", "--tag2")]
    [InlineData("explain", "--too", "a@example.com")]
    [InlineData("send", "--to", "a@example.com", "--subjct", "x")]
    [InlineData("test", "--covrage")]
    [InlineData("events", "--knd", "dead")]
    [InlineData("schema", "config", "--jsn")]
    public async Task A_misspelt_option_ends_the_command_before_it_asks_or_does_anything(params string[] arguments)
    {
        var run = new CommandRun();
        var host =
            new HostActions
            {
                Connect = _ => throw new InvalidOperationException("it was connected"),
                Run = (_, _, _) => throw new InvalidOperationException("it was started")
            };
        Assert.Equal(2, await run.RunAsync(host, arguments));
        Assert.Empty(run.Out);
        Assert.Contains(arguments.Last(argument => argument.StartsWith('-')), run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mesages|list|--limit|3", "there is no command 'mesages' (did you mean 'messages'?)")]
    [InlineData("messages|lst|--limit|3", "there is no command 'lst' (did you mean 'list'?)")]
    [InlineData("messages", "a command is missing after 'messages': list, show, raw, trace, replay, delete")]
    [InlineData("schema", "a command is missing after 'schema': config, rules")]
    [InlineData("rules|frobnicate", "there is no command 'frobnicate' (expected one of: list)")]
    [InlineData("check|one|two", "'one' is one argument too many for check")]
    public async Task A_misspelt_command_is_the_only_reported_problem(string arguments, string expected)
    {
        var run = new CommandRun();
        Assert.Equal(2, await run.RunAsync(arguments.Split('|')));
        Assert.StartsWith(expected, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("--limit", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("messages|list|--limit|x", "--limit takes a whole number from 1 on, not 'x'")]
    [InlineData("deliveries|list|-n|1.5", "--limit takes a whole number from 1 on, not '1.5'")]
    [InlineData("events|--limit|0", "--limit takes a whole number from 1 on, not '0'")]
    [InlineData("events|--limit|99999999999", "--limit takes a whole number from 1 on, not '99999999999'")]
    [InlineData("send|--to|a@example.com|--count|many", "--count takes a whole number from 1 on, not 'many'")]
    [InlineData("hash-password|--iterations|5", "--iterations takes a whole number from 1000 to 10000000, not '5'")]
    [InlineData("hash-password|--iterations|slow", "--iterations takes a whole number from 1000 to 10000000, not 'slow'")]
    [InlineData("messages|list|--limit", "'--limit N'")]
    [InlineData("messages|list|-n|1|-n|2", "'-n'")]
    [InlineData("messages|list|--json=maybe", "'maybe'")]
    [InlineData("hash-password|--generate=maybe", "'maybe'")]
    public async Task A_value_that_is_of_another_kind_ends_the_command_with_what_it_takes(string arguments, string expected)
    {
        var run = new CommandRun();
        Assert.Equal(2, await run.RunAsync(arguments.Split('|')));
        Assert.Empty(run.Out);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dns", "DOMAIN is missing: One of the configuration", "inboundbridge dns example.com", "inboundbridge dns --help")]
    [InlineData("send", "--to ADDRESS is missing", "inboundbridge send --to support@example.com", "inboundbridge send --help")]
    [InlineData("messages|show", "ID is missing: A message's id", "inboundbridge messages show 01kd", "inboundbridge messages show --help")]
    [InlineData("import|ses", "FILE is missing", "inboundbridge import ses rules.json", "inboundbridge import ses --help")]
    [InlineData("messages|list|--limit", "--limit needs a value, as in '--limit N'", "inboundbridge messages list --since", "list --help")]
    [InlineData("send|--to", "--to needs a value, as in '--to ADDRESS'", "inboundbridge send --to", "send --help")]
    [InlineData("check|--config", "--config needs a value, as in '--config FILE'", "inboundbridge check --config", "check --help")]
    [InlineData("explain", "explain takes one mail", "inboundbridge explain mail.eml --to support@example.com", "explain --help")]
    [InlineData("test|--junit|a|--junit|b", "'--junit'", "inboundbridge test rules/", "test --help")]
    public async Task An_error_names_what_is_missing_an_example_and_the_help(string arguments, string what, string example, string help)
    {
        var run = new CommandRun();
        Assert.Equal(2, await run.RunAsync(arguments.Split('|')));
        var lines = run.Error.TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Contains(what, lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"for example: ", lines[1], StringComparison.Ordinal);
        Assert.Contains(example, lines[1], StringComparison.Ordinal);
        Assert.Contains(help, lines[2], StringComparison.Ordinal);
    }

    /// <summary>The library throws when a check reads an option without its value.</summary>
    [Fact]
    public async Task An_option_without_its_value_is_named_whatever_the_command()
    {
        var root = new CommandLine(CommandConsole.OfProcess(), new HostActions()).Build();
        foreach (var path in Leaves(root, string.Empty))
        {
            var words = path.Split(' ');
            var command = words.Aggregate((System.CommandLine.Command)root, (at, word) => at.Subcommands.Single(each => each.Name == word));
            foreach (var option in command.Options.Where(option => option.Arity.MinimumNumberOfValues > 0))
            {
                var run = new CommandRun();
                Assert.Equal(2, await run.RunAsync(new HostActions(), [.. words, option.Name]));
                Assert.True(
                    run.Error.Contains($"{option.Name} needs a value", StringComparison.Ordinal), $"{path} {option.Name}: {run.Error}");
            }
        }
    }

    /// <summary>Tests may leave actions out; the program has every one that a command starts without asking whether it is there.</summary>
    [Fact]
    public void The_program_has_every_action()
    {
        var actions = HostCommands.Actions;
        object?[] all =
        [
            actions.Run, actions.Demo, actions.RuleTests, actions.StartChecks, actions.RuleChecks, actions.Explain, actions.Resolver,
        ];
        Assert.All(all, Assert.NotNull);
    }

    [Fact]
    public void Every_command_has_an_example_that_it_takes()
    {
        var root = new CommandLine(CommandConsole.OfProcess(), new HostActions()).Build();
        foreach (var path in Leaves(root, string.Empty))
        {
            var example = CommandExamples.Of(path);
            Assert.True(example is not null, $"'{path}' has no example");
            var parsed = root.Parse(example);
            Assert.Empty(parsed.Errors.Select(error => $"{example}: {error.Message}"));
            Assert.Equal(path, CommandExamples.PathOf(parsed.CommandResult));
        }
    }

    /// <summary>The commands below it that do something, such as <c>messages list</c>; not the groups.</summary>
    internal static IEnumerable<string> Leaves(System.CommandLine.Command parent, string path) => parent.Subcommands.SelectMany(command =>
        command.Subcommands.Count == 0 ? [$"{path}{command.Name}"] : Leaves(command, $"{path}{command.Name} "));

    [Fact]
    public async Task A_missing_secret_and_two_different_ones_have_their_own_messages()
    {
        var piped = new CommandRun();
        Assert.Equal(1, await piped.RunAsync("hash-password"));
        Assert.StartsWith("nothing was read from standard input", piped.Error, StringComparison.Ordinal);
        var typed = new CommandRun { AskSecret = question => question };
        Assert.Equal(1, await typed.RunAsync("hash-password"));
        Assert.StartsWith("the two secrets differ", typed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_that_begins_with_a_dash_comes_after_two_dashes_or_is_joined_to_its_option()
    {
        var run = new CommandRun();
        Assert.Equal(2, await run.RunAsync("explain", "--to", "a@example.com", "--", "--no-such-file.eml"));
        Assert.Contains("--no-such-file.eml", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("there is no option", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_command_explains_itself()
    {
        var commands = new CommandLine(CommandConsole.OfProcess(), new HostActions()).Build().Subcommands;
        Assert.Equal(
            [
                "check", "deliveries", "demo", "destinations", "dns", "events", "explain", "hash-password", "healthcheck", "import", "init",
                "messages", "nodes", "refusals", "reload", "rules", "run", "schema", "send", "spool", "test",
            ],
            commands.Select(command => command.Name).Order(StringComparer.Ordinal));
        foreach (var command in commands.Where(command => !command.Hidden))
        {
            var run = new CommandRun();
            Assert.Equal(0, await run.RunAsync(command.Name, "--help"));
            Assert.Contains(command.Description!.Split('.')[0], run.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_a_command_options_alone_start_the_appliance()
    {
        InboundBridge.Configuration.Sources.ConfigurationSource? started = null;
        var host = new HostActions { Run = (source, _, _) => { started = source; return Task.FromResult(7); } };
        Assert.Equal(7, await new CommandRun().RunAsync(host, "--config", "x.yaml", "--set", "a=1", "--set", "b=2"));
        Assert.Equal("x.yaml", started!.File);
        Assert.Equal(["a=1", "b=2"], started.Set);
        Assert.Equal(7, await new CommandRun().RunAsync(host, "run", "-c", "y.yaml"));
        Assert.Equal("y.yaml", started.File);
    }

    [Fact]
    public async Task Check_prints_every_problem_and_ends_with_1()
    {
        var file = Write("ib.yaml", "domains: [example.com]\nsmtp: { limits: { errors: none } }\nhttp: { lisen: x }\n");
        var run = new CommandRun();
        Assert.Equal(1, await run.RunAsync("check", "--offline", "--config", file));
        Assert.Equal(
            $"{file}:2:27: error: expected a whole number, not 'none'\n{file}:3:9: error: unknown key 'lisen' (did you mean 'listen'?)\n",
            run.Out.Replace(" (expected one of: listen, tokens, metrics)", string.Empty, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Check_runs_the_tests_of_the_rules()
    {
        Write("rules/a.yaml", """
            rules:
              - { name: all, then: [ webhook: hook ] }
            tests:
              - { name: goes to the hook, mail: { sender: a@b.example, recipient: c@example.com }, expect: { rule: all, webhook: hook } }
              - { name: is held, mail: { sender: a@b.example, recipient: c@example.com }, expect: { hold: true } }
            """);
        var file = Write("ib.yaml", "domains: [example.com]\ndestinations: { hook: { webhook: { url: 'http://127.0.0.1:9/' } } }\n");
        var run = new CommandRun();
        Assert.Equal(1, await run.RunAsync("check", "--config", file));
        Assert.Contains("a.yaml:5:", run.Out, StringComparison.Ordinal);

        var report = Path.Combine(_folder, "junit.xml");
        var tests = new CommandRun();
        Assert.Equal(1, await tests.RunAsync("test", "--config", file, "--coverage", "--junit", report));
        Assert.Contains("2\tall\n", tests.Out, StringComparison.Ordinal);
        Assert.Contains("1 of 2 tests passed", tests.Error, StringComparison.Ordinal);
        var suite = XDocument.Load(report).Root!.Element("testsuite")!;
        Assert.Equal(("2", "1"), (suite.Attribute("tests")!.Value, suite.Attribute("failures")!.Value));
    }

    [Fact]
    public async Task A_hash_is_made_of_the_first_line_of_input()
    {
        var run = new CommandRun { In = "correct horse\nmore\n" };
        Assert.Equal(0, await run.RunAsync("hash-password", "--iterations", "1000"));
        Assert.True(SecretHash.TryParse(run.Out.Trim(), out var hash) && hash.Verify("correct horse"));
    }

    [Fact]
    public async Task A_secret_that_was_mistyped_makes_no_hash()
    {
        var answers = new Queue<string>(["one", "two"]);
        var run = new CommandRun { AskSecret = _ => answers.Dequeue() };
        Assert.Equal(1, await run.RunAsync("hash-password"));
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task The_printed_configuration_reads_back_the_same()
    {
        var file =
            Write("ib.yaml",
                "domains: [example.com, '*.in.example.com']\nsmtp: { hostname: 'mx.example.com', limits: { errors: 3 }, listeners: [{ address: '127.0.0.1:0' }] }\n");
        var run = new CommandRun();
        Assert.Equal(0, await run.RunAsync("check", "--print", "--config", file));
        var again = new CommandRun();
        Assert.Equal(0, await again.RunAsync("check", "--print", "--config", Write("again.yaml", run.Out)));
        Assert.Equal(run.Out, again.Out);
        Assert.Equal(Version(run), Version(again));

        static string Version(CommandRun run) => run.Error[run.Error.IndexOf("version", StringComparison.Ordinal)..];
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public async Task A_generated_token_fits_its_digest_and_nothing_is_read()
    {
        var run = new CommandRun { In = "a secret that must not be taken" };
        Assert.Equal(0, await run.RunAsync("hash-password", "--generate"));
        var lines = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("token: ibt_", lines[0], StringComparison.Ordinal);
        Assert.True(TokenDigest.TryParse(lines[1]["hash: ".Length..], out var digest));
        Assert.True(digest.Verify(System.Text.Encoding.UTF8.GetBytes(lines[0]["token: ".Length..])));
        Assert.Equal(2, await run.RunAsync("hash-password", "--generate", "--iterations", "1000"));
    }
}
