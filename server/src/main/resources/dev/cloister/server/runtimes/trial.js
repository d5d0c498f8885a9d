const crypto = require("crypto");
const fs = require("fs");
const http = require("http");

function status(url) {
  return new Promise((resolve, reject) => {
    http
      .get(url, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
      .on("error", reject);
  });
}

exports.handler = async (event) => {
  switch (event.op) {
    case "hello":
      return "Hello, " + event.value + "!";
    case "echo":
      return event.value;
    case "http":
      return status("http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/trial");
    case "sdk": {
      const { S3Client } = require("@aws-sdk/client-s3");
      return new S3Client({ region: "us-east-1" }).constructor.name;
    }
    case "sha256":
      return crypto.createHash("sha256").update(event.value).digest("hex");
    case "file":
      fs.writeFileSync("/tmp/trial", event.value);
      return fs.readFileSync("/tmp/trial", "utf8");
    default:
      throw new Error("as asked");
  }
};
