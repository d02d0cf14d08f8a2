using System.CommandLine;
using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.UnitTests.Benchmarks.EndToEnd;

public sealed class LoadArgumentsTests
{
    /// <summary>A file that is there.</summary>
    private readonly string _build = typeof(LoadArguments).Assembly.Location;

    private readonly LoadArguments _arguments = new(connections: 30);
    private readonly RootCommand _command = [];

    public LoadArgumentsTests() => _arguments.AddTo(_command);

    [Fact]
    public void Without_arguments_the_build_beside_the_harness_is_measured_beside_the_anchor()
    {
        var load = Read();
        Assert.Equal((5, 20_000, 30, 4096, 50), (load.Rounds, load.Messages, load.Connections, load.Size, load.Rules));
        Assert.Equal(["smtp-sink", "inboundbridge"], load.Systems);
        Assert.Equal(("json", TimeSpan.FromSeconds(40), null), (load.Format, load.WarmUp, load.MarkdownFile));
        Assert.Equal((1.0, ""), (load.Quiet, load.Conditions));
        var build = Assert.Single(load.Appliances);
        Assert.Equal(("inboundbridge", "dotnet"), (build.Name, build.Command[0]));
        Assert.True(Path.IsPathFullyQualified(load.Folder));
    }

    [Fact]
    public void Given_values_are_used()
    {
        var load =
            Read("--rounds", "3", "--messages", "100", "--connections", "7", "--size", "1048576", "--rules", "1", "--format", "raw",
                "--warm-up", "0", "--quiet", "12", "--markdown", "t.md", "--folder", "/tmp/x");
        Assert.Equal((3, 100, 7, 1_048_576, 1), (load.Rounds, load.Messages, load.Connections, load.Size, load.Rules));
        Assert.Equal(("raw", TimeSpan.Zero, "t.md", "/tmp/x"), (load.Format, load.WarmUp, load.MarkdownFile, load.Folder));
        Assert.Equal((0.12, "; runs in which others took more than 12 % of the machine were repeated"), (load.Quiet, load.Conditions));
    }

    [Theory]
    [InlineData("--systems", "haraka,postfix-relay")]
    [InlineData("--systems", " haraka , postfix-relay,")]
    [InlineData("--systems", "haraka", "--systems", "postfix-relay")]
    public void Systems_are_named_in_one_list_or_in_several(params string[] line) =>
        Assert.Equal(["haraka", "postfix-relay"], Read(line).Systems);

    [Fact]
    public void All_are_all() => Assert.Equal(SystemCatalog.All, Read("--all").Systems);

    [Fact]
    public void Builds_have_names()
    {
        var load = Read("--appliance", $"before={_build}", "--appliance", $"after={_build}");
        Assert.Equal(
            [("before", "before-relay"), ("after", "after-relay")], load.Appliances.Select(build => (build.Name, build.RelayName)));
        Assert.All(load.Appliances, build => Assert.Equal(["dotnet", _build], build.Command));
    }

    [Fact]
    public void One_build_needs_no_name_and_is_its_own_command_when_it_is_published()
    {
        var build = Assert.Single(Read("--appliance", Environment.ProcessPath!).Appliances);
        Assert.Equal("inboundbridge", build.Name);
        Assert.Equal([Environment.ProcessPath!], build.Command);
    }

    [Fact]
    public void An_equals_sign_in_a_folders_name_ends_no_name()
    {
        var parsed = _command.Parse(["--appliance", "/srv/a=b/inboundbridge.dll"]);
        Assert.Equal("--appliance: there is no file /srv/a=b/inboundbridge.dll", Assert.Single(parsed.Errors).Message);
    }

    [Theory]
    [InlineData("Unrecognized command or argument '--round'.", "--round", "3")]
    [InlineData("--rounds takes a whole number from 1 to 2147483647, not 'three'", "--rounds", "three")]
    [InlineData("--rounds takes a whole number from 1 to 2147483647, not '0'", "--rounds", "0")]
    [InlineData("--messages takes a whole number from 1 to 2147483647, not '-5'", "--messages", "-5")]
    [InlineData("--messages takes a whole number from 1 to 2147483647, not '1e4'", "--messages", "1e4")]
    [InlineData("--messages takes a whole number from 1 to 2147483647, not '99999999999'", "--messages", "99999999999")]
    [InlineData("--connections takes a whole number from 1 to 5000, not '5001'", "--connections", "5001")]
    [InlineData("--warm-up takes a whole number from 0 to 3600, not '-1'", "--warm-up", "-1")]
    [InlineData(
        "--systems: there is no system sendmail; there are smtp-sink, inboundbridge, haraka, haraka-cluster, postfix-pipe, postfix-relay, inboundbridge-relay, inboundbridge-unchecked", "--systems", "haraka,sendmail")]
    [InlineData("--systems: one is named twice", "--systems", "haraka,haraka")]
    [InlineData("--appliance: there is no file /nowhere/inboundbridge.dll", "--appliance", "before=/nowhere/inboundbridge.dll")]
    [InlineData("--appliance: there is no file ", "--appliance", "before=")]
    [InlineData("--appliance: haraka is another system's name", "--appliance", "haraka=THIS")]
    [InlineData("--appliance: a name has up to 40 letters, digits, - and _, not 'a|b'", "--appliance", "a|b=THIS")]
    [InlineData("--appliance: a name has up to 40 letters, digits, - and _, not '..'", "--appliance", "..=THIS")]
    [InlineData(
        "two appliances are called inboundbridge: name them, as in --appliance before=PATH --appliance after=PATH", "--appliance", "THIS",
        "--appliance", "THIS")]
    [InlineData(
        "two appliances are called a-relay: name them, as in --appliance before=PATH --appliance after=PATH", "--appliance", "a=THIS",
        "--appliance", "a-relay=THIS")]
    public void Wrong_arguments_are_reported_before_anything_is_started(string error, params string[] line)
    {
        var parsed = _command.Parse([.. line.Select(word => word.Replace("THIS", _build, StringComparison.Ordinal))]);
        Assert.Contains(error, parsed.Errors.Select(found => found.Message));
    }

    private LoadOptions Read(params string[] line)
    {
        var parsed = _command.Parse(line);
        Assert.Empty(parsed.Errors);
        return _arguments.Read(parsed);
    }
}
