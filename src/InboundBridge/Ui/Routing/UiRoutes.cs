using InboundBridge.Operations.Principals;

namespace InboundBridge.Ui.Routing;

/// <summary>
/// The pages by their paths. The framework's routing knows <c>/ui</c> alone, so that a start does not build a route for each page.
/// </summary>
internal sealed class UiRoutes
{
    private const string Root = "/ui";

    private readonly List<UiRoute> _routes = [];

    public void Get(string path, Operation operation, Func<UiRequest, Task<UiAnswer>> answer) =>
        _routes.Add(new UiRoute(HttpMethods.Get, Split(path), operation, answer, 0));

    /// <param name="largestForm">Octets.</param>
    public void Post(string path, Operation operation, Func<UiRequest, Task<UiAnswer>> answer, long largestForm = UiForm.Usual) =>
        _routes.Add(new UiRoute(HttpMethods.Post, Split(path), operation, answer, largestForm));

    /// <param name="path">The whole path of the request.</param>
    /// <param name="values">The segments in braces.</param>
    public UiRoute? Find(string method, string path, out IReadOnlyDictionary<string, string> values)
    {
        foreach (var route in _routes)
        {
            if (route.Method == method && Match(route, Behind(path)) is { } found)
            {
                values = found;
                return route;
            }
        }
        values = new Dictionary<string, string>(StringComparer.Ordinal);
        return null;
    }

    /// <summary>Some method fits.</summary>
    public bool Knows(string path) => _routes.Exists(route => Match(route, Behind(path)) is not null);

    private static Dictionary<string, string>? Match(UiRoute route, string[] segments)
    {
        if (route.Segments.Length != segments.Length)
            return null;
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var index = 0; index < segments.Length; index++)
        {
            var expected = route.Segments[index];
            if (expected.StartsWith('{') && segments[index].Length > 0)
                values[expected[1..^1]] = segments[index];
            else if (expected != segments[index])
                return null;
        }
        return values;
    }

    private static string[] Behind(string path) => Split(path[Root.Length..]);

    private static string[] Split(string path) => path.Trim('/') is { Length: > 0 } rest ? rest.Split('/') : [];
}
