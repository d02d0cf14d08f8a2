namespace InboundBridge.Benchmarks.EndToEnd;

/// <param name="Name">Its row in the table.</param>
/// <param name="Path">inboundbridge.dll, or a published executable.</param>
internal sealed record ApplianceBuild(string Name, string Path)
{
    public const string DefaultName = "inboundbridge";

    /// <summary>What starts it: a .dll needs dotnet.</summary>
    public string[] Command => Path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? ["dotnet", Path] : [Path];

    /// <param name="values">Each <c>PATH</c> or <c>NAME=PATH</c>; none for the build that lies beside this harness.</param>
    public static IReadOnlyList<ApplianceBuild> Parse(IReadOnlyList<string> values)
    {
        if (values.Count == 0)
            return [new ApplianceBuild(DefaultName, System.IO.Path.Combine(AppContext.BaseDirectory, "inboundbridge.dll"))];
        var builds = values.Select(Parse).ToList();
        var twice = builds.GroupBy(build => build.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        return twice is null ? builds : throw new ArgumentException($"two appliances are called {twice.Key}: name them, as in --appliance before=PATH --appliance after=PATH");
    }

    private static ApplianceBuild Parse(string value)
    {
        var equals = value.IndexOf('=', StringComparison.Ordinal);
        var (name, path) = equals > 0 ? (value[..equals], value[(equals + 1)..]) : (DefaultName, value);
        path = System.IO.Path.GetFullPath(path);
        return File.Exists(path) ? new ApplianceBuild(name, path) : throw new ArgumentException($"there is no {path}");
    }
}
