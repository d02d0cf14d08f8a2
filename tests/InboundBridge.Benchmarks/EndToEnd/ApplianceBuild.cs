using System.CommandLine;
using System.CommandLine.Parsing;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <param name="Name">Its row in the table.</param>
/// <param name="Path">inboundbridge.dll, or a published executable.</param>
internal sealed record ApplianceBuild(string Name, string Path)
{
    public const string DefaultName = "inboundbridge";
    public const string DefaultRelayName = DefaultName + RelaySuffix;

    public const string DefaultUncheckedName = DefaultName + UncheckedSuffix;

    private const string RelaySuffix = "-relay";
    private const string UncheckedSuffix = "-unchecked";

    /// <summary>The same build, relaying by SMTP.</summary>
    public string RelayName => Name + RelaySuffix;

    /// <summary>The same build without checks, next to those that check the sender.</summary>
    public string UncheckedName => Name + UncheckedSuffix;

    /// <summary>The command that starts it: a .dll needs dotnet.</summary>
    public string[] Command => Path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? ["dotnet", Path] : [Path];

    /// <summary>The build to measure if none is named: the one beside this harness.</summary>
    public static ApplianceBuild Default { get; } = new(DefaultName, System.IO.Path.Combine(AppContext.BaseDirectory, "inboundbridge.dll"));

    /// <summary><c>--appliance PATH</c> or <c>NAME=PATH</c>, which may be repeated. Null without it.</summary>
    public static Option<IReadOnlyList<ApplianceBuild>> Option() => new("--appliance")
    {
        Description =
            "PATH or NAME=PATH of an inboundbridge.dll or executable; several times to compare builds. The one built with this harness if not given.",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = Parse,
    };

    /// <summary>The same option for commands that measure a single build.</summary>
    public static Option<ApplianceBuild> SingleOption() => new("--appliance")
    {
        Description = "An inboundbridge.dll or executable; the one built with this harness if not given.",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result =>
        {
            var build = Parse(result.Tokens[0].Value);
            if (Problem(build) is { } problem)
                result.AddError(problem);
            return build;
        },
    };

    private static List<ApplianceBuild> Parse(ArgumentResult result)
    {
        var builds = result.Tokens.Select(token => Parse(token.Value)).ToList();
        if (builds.Select(Problem).FirstOrDefault(problem => problem is not null) is { } problem)
            result.AddError(problem);
        // A build is measured delivering to the webhook, as a relay, and without checks.
        else if (builds.SelectMany(build => new[] { build.Name, build.RelayName, build.UncheckedName })
            .GroupBy(name => name, StringComparer.Ordinal)
            .FirstOrDefault(group => group.Count() > 1) is { } twice)
            result.AddError($"two appliances are called {twice.Key}: name them, as in --appliance before=PATH --appliance after=PATH");
        return builds;
    }

    private static ApplianceBuild Parse(string value)
    {
        // An equals sign within a path does not separate a name.
        var equals = value.IndexOf('=', StringComparison.Ordinal);
        var isNamed = equals > 0 && !value[..equals].Contains('/', StringComparison.Ordinal);
        var (name, path) = isNamed ? (value[..equals], value[(equals + 1)..]) : (DefaultName, value);
        return new ApplianceBuild(name, path.Length == 0 ? "" : System.IO.Path.GetFullPath(path));
    }

    private static string? Problem(ApplianceBuild build)
    {
        // The name is used for a folder, a column and a row.
        if (!build.Name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_') || build.Name.Length > 40)
            return $"--appliance: a name has up to 40 letters, digits, - and _, not '{build.Name}'";
        if (SystemCatalog.WithChecks.Except([DefaultName, DefaultRelayName, DefaultUncheckedName]).Contains(build.Name))
            return $"--appliance: {build.Name} is another system's name";
        return File.Exists(build.Path) ? null : $"--appliance: there is no file {build.Path}";
    }
}
