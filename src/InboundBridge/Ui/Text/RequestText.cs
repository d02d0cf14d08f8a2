namespace InboundBridge.Ui.Text;

/// <param name="Problem">Why it can't be made, or why nothing would be sent; null for a request.</param>
/// <param name="Body">As text; null where it is no text or there is none.</param>
/// <param name="Formatted">A JSON body on several lines; null for any other body.</param>
/// <param name="BodyIsCut">Only its beginning is shown.</param>
/// <param name="BodySize">Octets.</param>
/// <param name="Curl">A shell command that sends the same; null where the body is too large to show.</param>
public sealed record RequestText(
    string Method, string? Url, IReadOnlyList<KeyValuePair<string, string>> Headers, string? Problem, string? Body,
    string? Formatted, bool BodyIsCut, long BodySize, string? Curl);
