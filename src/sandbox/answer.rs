//! Answers: HAL bodies, problem+json and the HTML of the proxy in front.

use serde_json::{Value, json};

use crate::amocrm::http::Response;

use super::flaws::Flaws;

/// An answer before it becomes bytes.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Body,
}

/// What an answer carries.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    Empty,
    Hal(Value),
    Json(Value),
    Problem(Value),
    Html(String),
    /// Elsewhere: an address.
    Redirect(String),
}

impl Answer {
    /// 200 with a HAL body.
    pub(crate) fn ok(body: Value) -> Self {
        Answer { status: 200, body: Body::Hal(body) }
    }

    /// 201 with a HAL body.
    pub(crate) fn created(body: Value) -> Self {
        Answer { status: 201, body: Body::Hal(body) }
    }

    /// 204: an empty list, a missing entity, a done deed.
    pub(crate) fn empty() -> Self {
        Answer { status: 204, body: Body::Empty }
    }

    /// An error in amoCRM's usual words.
    pub(crate) fn problem(status: u16, title: &str, detail: &str) -> Self {
        let body = json!({
            "title": title, "type": format!("https://httpstatus.es/{status}"), "status": status, "detail": detail,
        });
        Answer { status, body: Body::Problem(body) }
    }

    /// 400 for the request as a whole.
    pub(crate) fn bad_request(detail: &str) -> Self {
        Answer::problem(400, "Bad Request", detail)
    }

    /// 400 that names the failing items.
    pub(crate) fn validation(failed: &[(Value, Flaws)]) -> Self {
        let errors: Vec<Value> = failed
            .iter()
            .map(|(request_id, flaws)| json!({"request_id": request_id, "errors": flaws.to_json()}))
            .collect();
        let body = json!({
            "validation-errors": errors, "title": "Bad Request", "type": "https://httpstatus.es/400",
            "status": 400, "detail": "Request validation failed",
        });
        Answer { status: 400, body: Body::Problem(body) }
    }

    /// 404 for a route or a parent entity that does not exist.
    pub(crate) fn not_found() -> Self {
        Answer::problem(404, "Not Found", "Page not found")
    }

    /// 405.
    pub(crate) fn wrong_verb() -> Self {
        Answer::problem(405, "Method Not Allowed", "Method Not Allowed")
    }

    /// 403 of a token without the right.
    pub(crate) fn forbidden() -> Self {
        Answer::problem(403, "Forbidden", "Client doesn't have the required scope")
    }

    /// 429 as JSON or as the proxy's page.
    pub(crate) fn too_many(html: bool, retry_after: u64) -> Self {
        if html {
            return Answer::html(429, "Too Many Requests");
        }
        let body = json!({
            "title": "Too Many Requests", "type": "https://httpstatus.es/429", "status": 429,
            "detail": "You have sent too many requests in a given amount of time. Please try again later.",
            "retry_after": retry_after,
        });
        Answer { status: 429, body: Body::Problem(body) }
    }

    /// A page of nginx.
    pub(crate) fn html(status: u16, title: &str) -> Self {
        let page = format!(
            "<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n<center><h1>{status} {title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
        );
        Answer { status, body: Body::Html(page) }
    }

    /// The usual answer with a status, for faults.
    pub(crate) fn of_status(status: u16) -> Self {
        match status {
            204 => Answer::empty(),
            100..=399 => Answer { status, body: Body::Hal(json!({})) },
            400 => Answer::bad_request("Request validation failed"),
            401 => Answer::problem(401, "Unauthorized", "Invalid user name or password"),
            402 => Answer::problem(402, "Payment Required", "Payment required"),
            403 => Answer::forbidden(),
            404 => Answer::not_found(),
            405 => Answer::wrong_verb(),
            422 => Answer::problem(422, "Unprocessable Entity", "Limit 250 per page"),
            429 => Answer::too_many(false, 1),
            500 => {
                let body = json!({
                    "title": "ErrInternalServer", "status": 500, "detail": "Internal server error", "trace_id": "0",
                });
                Answer { status, body: Body::Problem(body) }
            }
            502 => Answer::html(502, "Bad Gateway"),
            503 => Answer::html(503, "Service Temporarily Unavailable"),
            504 => Answer::html(504, "Gateway Time-out"),
            501 | 505..=599 => Answer::html(status, "Server Error"),
            _ => Answer::problem(status, "Error", "Error"),
        }
    }

    /// The JSON inside a successful answer.
    pub(crate) fn json(&self) -> Option<&Value> {
        match &self.body {
            Body::Hal(body) => Some(body),
            _ => None,
        }
    }

    /// As bytes.
    pub(crate) fn into_response(self) -> Response {
        let (content_type, body) = match self.body {
            Body::Empty | Body::Redirect(_) => ("", String::new()),
            Body::Json(body) => ("application/json", body.to_string()),
            Body::Hal(body) => ("application/hal+json", body.to_string()),
            Body::Problem(body) => ("application/problem+json", body.to_string()),
            Body::Html(page) => ("text/html", page),
        };
        Response {
            status: self.status,
            content_type: content_type.to_owned(),
            retry_after: None,
            body: body.into_bytes(),
        }
    }
}
