using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Doorbuster.Platform.Web.Reference;

/// <summary>What the OpenAPI document says beyond what the framework reads from the handlers.</summary>
internal static class ApiDocument
{
    public const string Name = "v1";

    private static readonly Problem[] OfBodies =
        [WebProblems.InvalidRequest, WebProblems.BodyTooLarge, WebProblems.UnsupportedMediaType];

    private const string ProblemSchema = "Problem";
    private const string Bearer = "bearer";
    private const string Cookie = "cookie";

    public static void Configure(OpenApiOptions options)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.CreateSchemaReferenceId = type =>
            OpenApiOptions.CreateDefaultSchemaReferenceId(type) is not { } id ? null

                : type.Type.DeclaringType is { } useCase
                ? useCase.Name + id    // PlaceOrder.Request, not one of many Requests
            : id;
        options.AddDocumentTransformer((document, _, _) =>
        {
            Describe(document);
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            // Written by a converter of ours, which tells the framework nothing of what it writes.
            if (context.JsonTypeInfo.Type == typeof(DateTimeOffset))
                schema.Type = JsonSchemaType.String;
            else if (context.JsonTypeInfo.Type == typeof(DateTimeOffset?))
                schema.Type = JsonSchemaType.String | JsonSchemaType.Null;
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            if (!metadata.OfType<ITagsMetadata>().Any())
                operation.Tags = new HashSet<OpenApiTagReference>
                {
                    new(TagOf(context.Description.RelativePath ?? ""), context.Document),
                };
            AddKey(operation, metadata);
            AddRefusals(operation, context.Document!, metadata, context.Description.HttpMethod ?? "GET");
            return Task.CompletedTask;
        });
    }

    private static void Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Doorbuster",
            Version = "1",
            Description = "An online shop that stays up, and stays right, when everyone comes at once. Refusals are "
                + "RFC 9457 problems with a stable `code`; `/problems/{code}` explains each. Money is in minor units, "
                + "times are UTC, lists have cursors.",
        };
        document.Servers?.Clear();    // whoever serves the document is the server

        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "The token of a session: `POST /api/v1/sessions`.",
            },
            [Cookie] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = "__Host-sid",
                Description = "The same token, for our pages. A change must come from our own origin.",
            },
        };
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        document.Components.Schemas[ProblemSchema] = ProblemBody();
    }

    private static OpenApiSchema ProblemBody() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "RFC 9457 problem details.",
        Required = new HashSet<string> { "type", "title", "status", "code", "retryable" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Text("The page that explains the code."),
            ["title"] = Text(),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            ["code"] = Text("Stable; switch on it."),
            ["retryable"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Boolean,
                Description = "The same request may succeed later.",
            },
            ["detail"] = Text(),
            ["traceId"] = Text("As in the header `X-Request-Id`."),
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "What is wrong with which field.",
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = Text() },
            },
        },
    };

    // "api/v1/orders/{id}" is about Orders, "sandbox-payments/charges" about Sandbox payments.
    private static string TagOf(string path)
    {
        var noun = path.Split('/').FirstOrDefault(part => part is not ("api" or "v1")) ?? path;
        return string.Concat(char.ToUpperInvariant(noun[0]).ToString(), noun.Replace('-', ' ').AsSpan(1));
    }

    private static OpenApiSchema Text(string? description = null) =>
        new() { Type = JsonSchemaType.String, Description = description };

    private static void AddKey(OpenApiOperation operation, IList<object> metadata)
    {
        if (!metadata.OfType<IdempotencyKeyNeeded>().Any())
            return;
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = IdempotencyKey.HeaderName,
            In = ParameterLocation.Header,
            Required = true,
            Description = "A value of your own, new for each intent and the same for each retry of it.",
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                MinLength = 1,
                MaxLength = IdempotencyKey.LengthMax,
            },
        });
    }

    private static void AddRefusals(
        OpenApiOperation operation, OpenApiDocument document, IList<object> metadata, string method)
    {
        var access = metadata.OfType<Access>().Cast<Access?>().LastOrDefault() ?? Access.Person;
        if (access != Access.Anyone)
            operation.Security =
            [
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] },
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Cookie, document)] = [] },
            ];

        var problems = metadata.OfType<Refusals>().SelectMany(refusals => refusals.Problems)
            .Concat(Implied(operation, access, method)).DistinctBy(problem => problem.Code);
        operation.Responses ??= [];
        foreach (var group in problems.GroupBy(problem => problem.Status).OrderBy(group => group.Key))
            operation.Responses[$"{group.Key}"] =
                Response([.. group.OrderBy(p => p.Code, StringComparer.Ordinal)], document);
    }

    private static IEnumerable<Problem> Implied(OpenApiOperation operation, Access access, string method)
    {
        if (operation.RequestBody is not null)
            foreach (var problem in OfBodies)
                yield return problem;
        else if (operation.Parameters?.Any(parameter => parameter.In == ParameterLocation.Query) == true)
            yield return WebProblems.InvalidRequest;
        if (access != Access.Anyone)
            yield return WebProblems.SignInRequired;
        if (access != Access.Anyone && method is not "GET")
            yield return WebProblems.CrossSite;
        if (access == Access.Admin)
            yield return WebProblems.Forbidden;
        yield return WebProblems.InternalError;
        yield return WebProblems.StoreAway;
    }

    private static OpenApiResponse Response(Problem[] problems, OpenApiDocument document) => new()
    {
        Description = string.Join("\n", problems.Select(problem => $"`{problem.Code}`: {problem.Title}")),
        Content = new Dictionary<string, OpenApiMediaType>
        {
            ["application/problem+json"] = new()
            {
                Schema = new OpenApiSchemaReference(ProblemSchema, document),
                Examples = problems.ToDictionary(
                    problem => problem.Code,
                    IOpenApiExample (problem) =>
                        new OpenApiExample { Value = JsonNode.Parse(problem.Write(requestId: null)) }),
            },
        },
    };
}
