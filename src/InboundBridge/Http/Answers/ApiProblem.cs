namespace InboundBridge.Http.Answers;

/// <summary>Errors as RFC 9457 problem details.</summary>
internal static class ApiProblem
{
    public static IResult BadRequest(string detail) => Of(StatusCodes.Status400BadRequest, "Bad request", detail);

    public static IResult NotFound(string what) => Of(StatusCodes.Status404NotFound, "Not found", $"there is no {what}");

    public static IResult Of(int status, string title, string? detail = null) => Results.Problem(detail, statusCode: status, title: title);
}
