import type { Cache } from "@larder/core"
import type { NextFunction, Request, Response } from "express"
import type { Context } from "koa"
import * as forExpress from "../src/express.js"
import * as forKoa from "../src/koa.js"
import * as forNode from "../src/node.js"

declare const cache: Cache

/** Methods that keep their type under the decorators. */
export class Controller {
  @forNode.cachePage("5m", { cache })
  async page(_request: forNode.NodeRequest, _response: forNode.NodeResponse): Promise<void> {}

  @forExpress.use(forExpress.cachePage("5m", { cache }))
  async list(_request: Request, _response: Response): Promise<void> {}

  @forExpress.use(forExpress.neverCache())
  account(_request: Request, _response: Response, _next: NextFunction): void {}

  @forKoa.use(forKoa.cachePage("5m", { cache }))
  async show(_context: Context): Promise<void> {}
}
