using System.Reflection;

namespace InboundBridge.Demo;

/// <summary>
/// The rules of the repository's <c>rules/</c>, which are embedded in the executable for the demo, followed by rules that deliver to the
/// demo's destinations.
/// </summary>
internal static class DemoRules
{
    private const string Prefix = "demo-rules/";

    public static async Task WriteAsync(string folder, CancellationToken cancellationToken)
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var file = Path.Combine(folder, name[Prefix.Length..]);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await using var resource = assembly.GetManifestResourceStream(name)!;
            await using var target = File.Create(file);
            await resource.CopyToAsync(target, cancellationToken);
        }
    }
}
