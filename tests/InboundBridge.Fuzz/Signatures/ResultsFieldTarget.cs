using InboundBridge.MailFlow.SenderAuthentication.ResultsField;

namespace InboundBridge.Fuzz.Signatures;

/// <summary>
/// The reader of Authentication-Results: a value that it reads can be followed by another result without changing the others.
/// </summary>
internal sealed class ResultsFieldTarget : IFuzzTarget
{
    public string Name => "signatures/results-field";

    public IReadOnlyList<string> Words =>
        ["mx.a.b; ", "dkim=pass ", "header.d=a.b", "(", ")", "\"", "\\", "; ", "dmarc=pass ", "reason=\"x\"",
         "smtp.mailfrom=a@b", "\r\n ", "1", "/1"];

    public void Run(ReadOnlySpan<byte> input)
    {
        if (ResultsFieldReader.Read(input) is not { } read)
            return;
        FuzzFailureException.Unless(read.AuthservId.Length > 0, "no authserv-id");
        foreach (var result in read.Results)
        {
            FuzzFailureException.Unless(
                result.Method.Length > 0 && result.Result.Length > 0 && result.Method.All(IsKeyword) && result.Result.All(IsKeyword),
                "a method or a result that is no keyword");
            FuzzFailureException.Unless(result.Properties.Count <= 32, "more properties than allowed");
        }
        var longer = ResultsFieldReader.Read([.. input, .. "; zz=pass"u8])!;
        FuzzFailureException.Unless(longer.Results.Count >= read.Results.Count, "another result behind it hides one");
    }

    private static bool IsKeyword(char octet) => char.IsAsciiLetterLower(octet) || char.IsAsciiDigit(octet) || octet is '-' or '_';
}
