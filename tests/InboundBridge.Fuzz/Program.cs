using System.Globalization;
using InboundBridge.Fuzz;

// dotnet run -c Release --project tests/InboundBridge.Fuzz -- [TARGET…] [--seconds N] [--runs N] [--seed N]
var wanted = new List<string>();
var numbers = new Dictionary<string, long>(StringComparer.Ordinal) { ["--seconds"] = 10, ["--runs"] = long.MaxValue, ["--seed"] = 1 };
for (var i = 0; i < args.Length; i++)
{
    if (!args[i].StartsWith("--", StringComparison.Ordinal))
        wanted.Add(args[i]);
    else if (numbers.ContainsKey(args[i]) && i + 1 < args.Length
        && long.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        numbers[args[i++]] = number;
    else
        return Usage();
}

var targets =
    FuzzTargets.All.Where(target => wanted.Count == 0 || wanted.Exists(name => target.Name.StartsWith(name, StringComparison.Ordinal)))
        .ToList();
if (targets.Count == 0)
    return Usage();
var root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "InboundBridge.sln")))
    root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("run it inside a checkout");
var failed = false;
foreach (var target in targets)
{
    var run = new FuzzRun(target, Path.Combine(root, "tests/testdata/fuzz"), Path.Combine(root, "artifacts/fuzz"), TimeProvider.System);
    var runs = run.For(TimeSpan.FromSeconds(numbers["--seconds"]), numbers["--runs"], (int)numbers["--seed"]);
    Console.WriteLine(
        runs is { } count
        ? string.Create(CultureInfo.InvariantCulture, $"{target.Name}: {count} inputs, nothing found") : $"{target.Name}: FAILED");
    failed |= runs is null;
}
return failed ? 1 : 0;

static int Usage()
{
    Console.Error.WriteLine(
        "usage: [TARGET…] [--seconds N] [--runs N] [--seed N]\ntargets: "
        + string.Join(' ', FuzzTargets.All.Select(target => target.Name)));
    return 2;
}
